import { describe, expect, test } from 'vitest';
import type { CellCode } from '../../../../src/domain/measurement/cell-codes.ts';
import { failureOf } from '../../../../src/engine/measure/failures/failure.ts';
import type { ContainerEnd } from '../../../../src/engine/ports.ts';
import { parseFrame } from '../../../../src/protocol/frames.ts';
import { LIMITS } from '../../domain/limits.ts';
import { aLoop } from '../../script/a-loop.ts';
import { TraceBuilder } from '../../../../src/protocol/trace-builder.ts';

const WHERE = {
  scriptName: 'repro.rb',
  loops: [aLoop({ line: 7, endLine: 9 })],
  limits: LIMITS,
};
const ENDED: ContainerEnd = { kind: 'exited', exitCode: 0, oomKilled: false, stderr: '' };
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const exit = (more: object = {}): object => ({
  t: 'exit',
  reason: 'exited',
  code: 0,
  signal: 0,
  oom: false,
  dropped: 0,
  ...more,
});
const sample = (n: number): object => ({
  t: 'sample',
  n,
  stretch: 0,
  loops: [[0, n]],
  outer: true,
  loopNs: n * 100,
  slots: 1,
  slotBytes: 40,
  ms: n,
  bytes: 8,
  blocks: 1,
  pageBytes: 0,
});
const printed = (text: string): object => ({ t: 'out', fd: 2, data: base64(text) });
const raised = (name: string, line: string, message: string): object => ({
  t: 'error',
  about64: base64(`${name}\0${line}\0${message}`),
});

function told(...frames: object[]): TraceBuilder {
  const builder = new TraceBuilder();
  for (const frame of frames) {
    const parsed = parseFrame(JSON.stringify(frame));
    if (parsed === null) throw new Error(`no frame: ${JSON.stringify(frame)}`);
    builder.add(parsed);
  }
  return builder;
}

/** A loop began. */
const BEGUN = { t: 'stretch', about: '0 0 AAA=' };
const READY = { t: 'ruby', description64: base64('ruby 3.1.2') };

describe('how a container ended', () => {
  test('by the budget, or in an orderly way after its loop: the samples speak', () => {
    expect(
      failureOf(told(READY, BEGUN, sample(0), exit({ reason: 'budget', code: -1, signal: 9 })), ENDED, WHERE),
    ).toBeNull();
    expect(failureOf(told(READY, BEGUN, sample(0), sample(9), exit()), ENDED, WHERE)).toBeNull();
  });

  test.each<[string, CellCode, object[], ContainerEnd, object]>([
    [
      'before its loop',
      'loop-not-reached',
      [READY, exit()],
      ENDED,
      {
        kind: 'script-error',
        stage: 'setup',
        message: 'the script ended before it reached its loop at line 7',
      },
    ],
    [
      'without a checkpoint in time',
      'start-timeout',
      [READY, exit({ reason: 'start-timeout', signal: 9 })],
      ENDED,
      { kind: 'timed-out', message: 'the script did not reach its loop at line 7 within 60 seconds' },
    ],
    [
      'killed for memory',
      'memory-limit',
      [READY, BEGUN, sample(0), sample(50), exit({ signal: 9, oom: true })],
      ENDED,
      {
        kind: 'out-of-memory',
        stage: 'loop',
        message:
          'the script needed more than 512 MiB after about 50 iterations (limits.memoryMiB in matrix.yaml)',
      },
    ],
    [
      'killed for memory, the supervisor too',
      'memory-limit',
      [READY],
      { ...ENDED, exitCode: 137, oomKilled: true },
      { kind: 'out-of-memory', stage: 'setup' },
    ],
    [
      'by an exception',
      'script-raised',
      [READY, BEGUN, sample(0), raised('NameError', '8', 'no foo'), exit({ code: 1 })],
      ENDED,
      { kind: 'script-error', stage: 'loop', message: 'NameError: no foo', line: 8 },
    ],
    [
      'by a syntax error',
      'syntax-error',
      [
        READY,
        printed('repro.rb:3: syntax error, unexpected end\n'),
        raised('SyntaxError', '', 'compile error'),
        exit({ code: 1 }),
      ],
      ENDED,
      { message: 'SyntaxError: syntax error, unexpected end', line: 3 },
    ],
    [
      'by a crash',
      'script-killed',
      [
        READY,
        BEGUN,
        sample(0),
        printed('x.rb: [BUG] Segmentation fault at 0x0\nmore\n'),
        exit({ signal: 6 }),
      ],
      ENDED,
      { kind: 'script-error', message: 'ruby was ended by SIGABRT: [BUG] Segmentation fault at 0x0' },
    ],
    [
      'with an exit code inside its loop',
      'script-exited',
      [READY, BEGUN, sample(0), exit({ code: 3 })],
      ENDED,
      { message: 'the script ended with exit code 3 inside its loop' },
    ],
    [
      'with the engine',
      'engine-lost',
      [READY, BEGUN, sample(0)],
      { kind: 'engine-lost', message: 'the engine is gone' },
      { kind: 'engine-error', message: 'the engine is gone' },
    ],
    [
      'without a word',
      'container-lost',
      [],
      { ...ENDED, exitCode: 127, stderr: 'no such file\n' },
      {
        kind: 'engine-error',
        stage: 'start',
        message: 'the container ended without a report (exit code 127) (no such file)',
      },
    ],
    [
      'at the limit of threads',
      'process-limit',
      [
        READY,
        BEGUN,
        sample(0),
        raised('ThreadError', '8', "can't create Thread: Resource temporarily unavailable"),
        exit({ code: 1 }),
      ],
      ENDED,
      {
        kind: 'script-error',
        line: 8,
        message: expect.stringMatching(
          /^ThreadError: .*\na cell may have 64 processes and threads \(limits\.pids/,
        ),
      },
    ],
    [
      'at the limit of processes',
      'process-limit',
      [
        READY,
        BEGUN,
        sample(0),
        raised('Errno::EAGAIN', '8', 'Resource temporarily unavailable - fork(2)'),
        exit({ code: 1 }),
      ],
      ENDED,
      { kind: 'script-error', message: expect.stringContaining('limits.pids in matrix.yaml') },
    ],
    [
      'at the limit of open files',
      'open-files-limit',
      [
        READY,
        BEGUN,
        sample(0),
        raised('Errno::EMFILE', '8', 'Too many open files - pipe'),
        exit({ code: 1 }),
      ],
      ENDED,
      {
        kind: 'script-error',
        message: expect.stringMatching(/\na cell may have 256 open files \(limits\.openFiles/),
      },
    ],
    [
      'by an error of its own, after a thread was refused',
      'script-raised',
      [
        READY,
        BEGUN,
        sample(0),
        { t: 'refused' },
        raised('RuntimeError', '8', 'no worker'),
        exit({ code: 1 }),
      ],
      ENDED,
      {
        kind: 'script-error',
        message: expect.stringMatching(/^RuntimeError: no worker\nthe script was refused .* may have 64 /),
      },
    ],
    [
      'waiting for a thread that was refused',
      'start-timeout',
      [READY, { t: 'refused' }, exit({ reason: 'start-timeout' })],
      ENDED,
      {
        kind: 'timed-out',
        message: expect.stringMatching(/^the script did not reach .* seconds\nthe script was refused /),
      },
    ],
    [
      'because a socket would have had to wait, which is no limit',
      'script-raised',
      [
        READY,
        BEGUN,
        sample(0),
        raised('Errno::EAGAIN', '8', 'Resource temporarily unavailable - read'),
        exit({ code: 1 }),
      ],
      ENDED,
      { kind: 'script-error', message: 'Errno::EAGAIN: Resource temporarily unavailable - read' },
    ],
    [
      'by a signal that only the script can have sent',
      'script-meddled',
      [READY, BEGUN, sample(0)],
      { ...ENDED, exitCode: 135 },
      {
        kind: 'script-error',
        stage: 'loop',
        message: 'the script stopped the process that measures it (SIGBUS)',
      },
    ],
    [
      'by a signal from outside',
      'container-lost',
      [READY, BEGUN, sample(0)],
      { ...ENDED, exitCode: 137 },
      { kind: 'engine-error', message: 'the container ended without a report (exit code 137)' },
    ],
    [
      'by a signal before ruby ran',
      'container-lost',
      [],
      { ...ENDED, exitCode: 132 },
      { kind: 'engine-error', stage: 'start' },
    ],
    [
      'with a probe that was not loaded',
      'measuring-failed',
      [READY, { t: 'attached', counted: false, allocator: '', overhead: 0 }],
      ENDED,
      { kind: 'engine-error' },
    ],
  ])('%s: %s', (_how, code, frames, end, expected) => {
    expect(failureOf(told(...frames), end, WHERE)).toMatchObject({ ...expected, code });
  });

  test('an exception below the loop was raised after it: the samples speak', () => {
    const frames = [
      READY,
      BEGUN,
      sample(0),
      sample(9),
      raised('RuntimeError', '12', 'leak!'),
      exit({ code: 1 }),
    ];
    expect(failureOf(told(...frames), ENDED, WHERE)).toBeNull();
  });
});
