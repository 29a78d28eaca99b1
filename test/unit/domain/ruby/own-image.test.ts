import { expect, test } from 'vitest';
import { parseCellId, cellId } from '../../../../src/domain/cell/cell-id.ts';
import { imageSetting, parseImage } from '../../../../src/domain/ruby/own-image.ts';

test.each([
  ['app', 'app', null],
  ['registry:5000/team/app:1.2', 'registry:5000/team/app:1.2', null],
  ['app:1=/opt/ruby-3.4/bin/ruby', 'app:1', '/opt/ruby-3.4/bin/ruby'],
])('%s is the image %s with the ruby %s', (text, image, ruby) => {
  expect(parseImage(text)).toEqual({ image, ruby });
});

test.each([
  '',
  '-v',
  '--privileged',
  'app:1=',
  'app:1=/',
  'app:1=ruby',
  'app:1=/a/../b',
  'a b',
  'app;ls',
  '$(id)',
])('no image: %j', (text) => {
  expect(parseImage(text)).toBeNull();
});

test('a cell is named by image and digest, and its id is read back', () => {
  const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;
  expect(imageSetting('team/app:1', digest)).toBe('team/app:1@0123456789ab');
  expect(imageSetting(`app@${digest}`, `app@${digest}`)).toBe('app@0123456789ab');
  const id = cellId('3.1.2', { image: 'team/app:1@0123456789ab' });
  expect(id).toBe('3.1.2+image=team%2Fapp:1@0123456789ab');
  expect(parseCellId(id)).toEqual({ ruby: '3.1.2', settings: { image: 'team/app:1@0123456789ab' } });
});
