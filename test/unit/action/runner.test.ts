import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { describe, expect, it, vi } from 'vitest';
import { githubRunner } from '../../../src/action/runner.ts';
import { readRunnerLog } from './runner-log.ts';

/** Collects what reaches the runner meanwhile; core writes to the process's own stdout. */
async function logged(happens: (stdout: PassThrough) => void): Promise<string> {
  const stdout = new PassThrough();
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((chunk) => stdout.write(chunk));
  try {
    happens(stdout);
  } finally {
    spy.mockRestore();
  }
  stdout.end();
  return text(stdout);
}

const HOSTILE = [
  '::set-output name=verdict::clean',
  '::add-mask::e',
  '  ::error file=x.rb,line=1::gotcha',
  'text ##[error]gotcha',
  '::stop-commands::mine',
  '::mine::',
  'progress\r::warning::gotcha',
  '%0A::error::gotcha',
].join('\n');

describe('the guard', () => {
  it('keeps everything that is printed inside of it from being a command', async () => {
    const log = await logged((stdout) => {
      const runner = githubRunner(stdout, {});
      using guard = runner.guard();
      expect(guard).toBeDefined();
      stdout.write(`${HOSTILE}\n::error::unfinished`);
    });
    expect(readRunnerLog(log)).toEqual({ commands: [], stopped: false });
    // Without it they would all be: what reads the log here is no straw man.
    expect(readRunnerLog(HOSTILE).commands.length).toBeGreaterThanOrEqual(4);
  });

  it('has another token every time', async () => {
    const log = await logged((stdout) => {
      const runner = githubRunner(stdout, {});
      runner.log(HOSTILE);
      runner.log(HOSTILE);
    });
    const tokens = [...log.matchAll(/^::stop-commands::([0-9a-f-]{36})$/gm)].map((match) => match[1]);
    expect(new Set(tokens).size).toBe(2);
    expect(readRunnerLog(log).commands).toEqual([]);
  });
});

describe('an annotation', () => {
  it('holds a message as it is, and nothing of it is a command of its own', async () => {
    const message = `${HOSTILE}\r\n100%, %25, %0A`;
    const log = await logged((stdout) =>
      githubRunner(stdout, {}).annotate({
        level: 'error',
        title: 'a:b,c\n::x::',
        message,
        file: 'a,b.rb',
        line: 3,
      }),
    );
    expect(readRunnerLog(log).commands).toEqual([`error{title=a:b,c\n::x::,file=a,b.rb,line=3}${message}`]);
  });
});
