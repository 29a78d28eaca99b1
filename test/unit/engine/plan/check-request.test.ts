import { expect, test } from 'vitest';
import { clashOf } from '../../../../src/engine/plan/check-request.ts';

test.each<[string[], string | null]>([
  [['repro.rb', 'lib/a.rb', 'lib/b/c.rb', 'library'], null],
  [['lib', 'lib/a.rb'], 'lib is a file, and lib/a.rb needs a folder of that name: rename one'],
  [
    ['repro.rb', 'a/b/c/d.rb', 'a/b'],
    'a/b is a file, and a/b/c/d.rb needs a folder of that name: rename one',
  ],
  [['lib.rb', 'lib/a.rb'], null],
])('%j', (paths, clash) => {
  expect(clashOf(paths)).toBe(clash);
});
