import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { pathOf } from '../../harness.ts';

const run = promisify(execFile);

/** Finds lines of the sources that match, as `path:line:text`. */
async function linesWith(pattern: string): Promise<readonly string[]> {
  const found = await run('git', ['grep', '-nE', pattern, '--', 'src/*.ts', '.ci/*.ts'], {
    cwd: pathOf(''),
  }).catch((error: { code?: unknown }) => {
    if (error.code !== 1) throw error;
    return { stdout: '' };
  });
  return found.stdout.split('\n').filter(Boolean);
}

it.each([
  ['a function with a body of its own is a function, not an arrow', '^(export )?const \\w+ = .*=> \\{$'],
  ['what is private to a class begins with #', '^ +private '],
])('%s', async (_, pattern) => {
  expect(await linesWith('^export function ')).not.toEqual([]);
  expect(await linesWith(pattern)).toEqual([]);
});
