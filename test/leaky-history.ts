import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { pathOf } from './harness.ts';

const run = promisify(execFile);
const SOURCE = 'ext/leaky/leaky.c';

/**
 * Makes a git repository of the gem leaky: `v1` frees its copies, `v2` does not, since a branch that was merged in
 * between. One commit on the trunk does not compile.
 */
export async function leakyHistory(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-history-'));
  await cp(pathOf('test/gems/leaky'), folder, { recursive: true });
  await writeFile(join(folder, 'VERSION'), '1.2.0\n');
  let day = 0;
  const git = async (...args: readonly string[]): Promise<void> => {
    const date = `2024-05-${String((day += 1)).padStart(2, '0')}T12:00:00Z`;
    const who = { NAME: 'Ada', EMAIL: 'ada@example.org', DATE: date };
    const env = Object.entries(who).flatMap(([name, value]) => [
      [`GIT_AUTHOR_${name}`, value],
      [`GIT_COMMITTER_${name}`, value],
    ]);
    await run('git', ['-c', 'commit.gpgSign=false', '-C', folder, ...args], {
      env: { ...process.env, ...Object.fromEntries(env), GIT_CONFIG_GLOBAL: '/dev/null' },
    });
  };
  const commit = async (subject: string): Promise<void> => {
    await git('add', '--all');
    await git('commit', '--quiet', '--allow-empty', '-m', subject);
  };
  const replace = async (from: string | RegExp, to: string): Promise<void> => {
    const text = await readFile(join(folder, SOURCE), 'utf8');
    await writeFile(join(folder, SOURCE), text.replace(from, to));
  };
  await git('init', '--quiet', '--initial-branch=trunk');
  await commit('Parse a text');
  await git('tag', 'v1');
  await git('checkout', '--quiet', '-b', 'faster');
  await commit('Say what is faster');
  await replace(/#ifndef LEAKS\n.*\n#endif\n/, '');
  await commit('Parse without a look back');
  await commit('Measure it');
  await git('checkout', '--quiet', 'trunk');
  await replace('#include <ruby.h>', '#include <ruby.h>\n#error not yet');
  await commit('Half of a change');
  await replace('\n#error not yet', '');
  await commit('The other half of it');
  await git('merge', '--quiet', '--no-ff', '-m', 'Merge what is faster', 'faster');
  await commit('Prepare version 2');
  await git('tag', 'v2');
  return folder;
}
