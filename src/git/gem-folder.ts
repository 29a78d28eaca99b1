import { posix } from 'node:path';
import { runGit } from './run-git.ts';

/** Finds the folder with a gem's gemspec at a commit, `.` for the top; null where there is none. */
export async function gemFolder(
  repository: string,
  hash: string,
  gem: string,
  signal: AbortSignal,
): Promise<string | null> {
  const list = await runGit(['--git-dir', repository, 'ls-tree', '-r', '-z', '--name-only', hash], {
    signal,
  });
  if (!list.ok) return null;
  const found = list.value
    .split('\0')
    .filter((path) => posix.basename(path) === `${gem}.gemspec`)
    .toSorted((a, b) => a.split('/').length - b.split('/').length);
  return found[0] === undefined ? null : posix.dirname(found[0]);
}
