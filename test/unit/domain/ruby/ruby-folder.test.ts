import { expect, test } from 'vitest';
import { folderName, folderTerms } from '../../../../src/domain/ruby/ruby-folder.ts';

test('folders are reported from releases and names, wherever they stand', () => {
  expect(folderTerms(['./my-build,3.4', '~>2.4,/opt/ruby', '../x,./my-build', '~/rubies/y'])).toEqual({
    selectors: ['3.4', '~>2.4'],
    folders: ['./my-build', '/opt/ruby', '../x', '~/rubies/y'],
  });
  expect(folderTerms(['2.2..2.5', 'all-ruby/2.3.6', '..2.3'])).toEqual({
    selectors: ['2.2..2.5', 'all-ruby/2.3.6', '..2.3'],
    folders: [],
  });
  expect(folderTerms(['.'])).toEqual({ selectors: [], folders: ['.'] });
});

test('a folder is called as it is, unless that would be read as something else', () => {
  const rubies = [{ name: 'head' }];
  expect(folderName('/home/me/my-ruby-build/', rubies)).toBe('my-ruby-build');
  expect(folderName('/home/me/my ruby+yjit', rubies)).toBe('my-ruby-yjit');
  expect(folderName('/opt/3.4.1', rubies)).toBe('build-3.4.1');
  expect(folderName('/opt/head', rubies)).toBe('build-head');
  expect(folderName('/', rubies)).toBe('ruby');
});
