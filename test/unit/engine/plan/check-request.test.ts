import { expect, test } from 'vitest';
import { configurationOf } from '../../../../src/domain/cell/configuration.ts';
import { chosenOptions } from '../../../../src/domain/run/options.ts';
import { clashOf, problemOf } from '../../../../src/engine/plan/check-request.ts';

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

test('versions of gems and images of one’s own make cells, too', () => {
  const tenVersions = `oj=${Array.from({ length: 10 }, (_, i) => `3.${i}`).join(',')}`;
  const jit = { jit: ['off', 'yjit'] };
  const rubies = Array.from({ length: 50 }, (_, patch) => ({
    name: `3.1.${patch}`,
    version: { major: 3, minor: 1, patch },
    sources: [],
  }));
  const problem = (count: number, gems: readonly string[]): string | null =>
    problemOf(
      {
        script: null,
        body: null,
        files: [],
        args: [],
        notes: [],
        rubies: rubies.slice(0, count),
        images: rubies.slice(0, 1).map((one) => configurationOf(one)),
        options: chosenOptions({ budgetSeconds: 1 }, { axes: jit, gems }),
      },
      'repro.rb',
    );
  expect(problem(50, [])).toBeNull();
  expect(problem(49, [tenVersions])).toBeNull();
  expect(problem(50, [tenVersions])).toMatch(/^that makes 1002 cells, and 1000 are the most/);
});
