import { expect, test } from 'vitest';
import { commandWorks, runCommand } from '../../../../src/docker/host/command.ts';

test('a command shows how it ended, with the end of both streams', async () => {
  const lines: string[] = [];
  const code = 'echo a; echo b >&2; exit 3';
  expect(await runCommand('sh', ['-c', code], { onLine: (line) => lines.push(line) })).toEqual({
    ok: false,
    message: 'sh ended with code 3',
    output: lines.join('\n'),
  });
  expect(lines.toSorted()).toEqual(['a', 'b']);
  expect(await runCommand('sh', ['-c', 'kill -9 $$'])).toMatchObject({ message: 'sh ended with SIGKILL' });
  expect(await runCommand('sh', ['-c', 'seq 100'])).toMatchObject({ ok: true, output: /^61\n62\n/ as never });
});

test('a command that is not there is a failure like another', async () => {
  expect(await runCommand('none-of-that-name', [])).toEqual({
    ok: false,
    message: 'none-of-that-name could not be run: spawn none-of-that-name ENOENT',
    output: '',
  });
  expect(await commandWorks('none-of-that-name')).toBe(false);
});

test('an abort lets a command clean up, and ends what it started', async () => {
  const controller = new AbortController();
  const lines: string[] = [];
  const code = 'trap "echo cleaned; exit" TERM; sleep 60 & echo begun; wait';
  const run = runCommand('sh', ['-c', code], {
    signal: controller.signal,
    onLine: (line) => {
      lines.push(line);
      if (lines.length === 1) controller.abort(new Error('Ctrl-C'));
    },
  });
  // The sleep holds the output open: its end is waited for, too.
  await expect(run).rejects.toThrow('Ctrl-C');
  expect(lines).toEqual(['begun', 'cleaned']);
});
