import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { pathOf } from '../../harness.ts';

const run = promisify(execFile);
const [terms = ''] = (await readFile(pathOf('docs/glossary.md'), 'utf8')).split('## Words for prose');
const rows = [...terms.matchAll(/^\| (?<term>[^|]+) \| (?<meaning>[^|]+) \| `(?<code>\w+)` \|$/gm)].map(
  ({ groups = {} }) => ({ term: groups['term'] ?? '', code: groups['code'] ?? '' }),
);

it('the glossary is in the order of the alphabet, each word once', () => {
  const words = rows.map(({ term }) => term);
  expect(words.length).toBeGreaterThan(35);
  expect(words).toEqual([...new Set(words)].toSorted((a, b) => a.localeCompare(b, 'en')));
  // A row of another form would be none of these.
  expect(terms.match(/^\| /gm)?.length).toBe(words.length + 1);
});

it.each(rows)('$term stands in the code as $code', async ({ code }) => {
  const { stdout } = await run('grep', ['-rlw', code, 'src', 'images'], { cwd: pathOf('') });
  expect(stdout).not.toBe('');
});
