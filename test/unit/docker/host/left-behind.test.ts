import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clearLeftBehind } from '../../../../src/docker/bootstrap/left-behind.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-left-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** Clears the pid file of a program; returns the messages, and whether the file still exists. */
async function cleared(pid: string, program: string): Promise<{ said: string[]; isThere: boolean }> {
  const path = join(folder, 'pid');
  await writeFile(path, pid);
  const said: string[] = [];
  await clearLeftBehind((line) => said.push(line), [{ path, program }]);
  const isThere = await readFile(path).then(
    () => true,
    () => false,
  );
  return { said, isThere };
}

describe.skipIf(process.platform !== 'linux')('what an engine that was killed leaves behind', () => {
  test('a process that is about to end is waited for', async () => {
    const child = spawn('sleep', ['0.4']);
    const { said, isThere } = await cleared(String(child.pid), 'sleep');
    expect(said).toEqual([expect.stringContaining(`waiting for the end of sleep (process ${child.pid})`)]);
    expect([child.exitCode, isThere]).toEqual([0, true]);
  });

  test('a zombie that nobody reaps is no living engine: its file goes', async () => {
    // The second sleep is the parent of the first, and knows nothing of it.
    const child = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 20'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const pid = await new Promise<string>((resolve) =>
      child.stdout.once('data', (data) => resolve(String(data).trim())),
    );
    const { said, isThere } = await cleared(pid, 'sleep');
    child.kill();
    expect(said.at(-1)).toContain(`process ${pid} named in it is not a running sleep`);
    expect(isThere).toBe(false);
  });

  test('another program has the number by now: the file goes, the program stays', async () => {
    const { said, isThere } = await cleared(String(process.pid), 'dockerd');
    expect(said).toEqual([expect.stringContaining('is not a running dockerd')]);
    expect(isThere).toBe(false);
  });

  test.each(['', 'nonsense', '-1', '4194305'])('a file that says %j is left to dockerd', async (pid) => {
    expect(await cleared(pid, 'dockerd')).toEqual({ said: [], isThere: true });
  });
});
