import { describe, expect, test } from 'vitest';
import { NOT_READ } from '../../not-read.ts';
import type { Frame } from '../../../src/protocol/frames.ts';
import { MOST_SAMPLES, TraceBuilder } from '../../../src/protocol/trace-builder.ts';

type SampleFrame = Extract<Frame, { t: 'sample' }>;

const base64 = (text: string): string => Buffer.from(text).toString('base64');
const sample = (n: number, rest: Partial<SampleFrame> = {}): SampleFrame => ({
  t: 'sample',
  n,
  stretch: 0,
  loops: [[0, n]],
  outer: true,
  loopNs: n * 1_000,
  slots: 100,
  slotBytes: 4_000,
  ms: Math.ceil(n / 1_000),
  bytes: 5_000,
  blocks: 50,
  pageBytes: 8_192,
  ...rest,
});

function built(...frames: readonly Frame[]): TraceBuilder {
  const builder = new TraceBuilder();
  for (const frame of frames) builder.add(frame);
  return builder;
}

const read = (description: string) =>
  built({ t: 'ruby', description64: btoa(description) }, sample(1, { anon: 300, code: 200 })).samples[0];

describe('samples', () => {
  test('in the terms of the domain, with null for what was not read', () => {
    expect(built(sample(2_000, { outer: false })).samples).toEqual([
      {
        iterations: 0,
        stretch: 0,
        loops: [[0, 2_000]],
        boundary: 'inner',
        afterMs: 2,
        loopMs: 2,
        liveSlots: 100,
        slotBytes: 4_000,
        mallocBytes: 5_000,
        mallocBlocks: 50,
        pageBytes: 8_192,
        ...NOT_READ,
      },
    ]);
  });

  test('code of a JIT is no part of the anonymous memory, where there is one', () => {
    expect(read('ruby 3.1.2p20 +YJIT [x86_64-linux]')).toMatchObject({ anonBytes: 100, codeBytes: 200 });
    expect(read('ruby 3.1.2p20 [x86_64-linux]')).toMatchObject({ anonBytes: 300, codeBytes: 0 });
  });

  test('with the mappings where they were read, a zero among them', () => {
    expect(built(sample(1, { heap: 0, rss: 2, anon: 3, pss: 4, memsize: 5 })).samples[0]).toMatchObject({
      boundary: 'outer',
      waitedMs: null,
      largeBytes: null,
      largeBlocks: null,
      allocatedBytes: null,
      markBytes: null,
      uncountedBytes: null,
      codeBytes: 0,
      blocksByThreads: null,
      peakBytes: null,
      untrimmedBytes: null,
      heapBytes: 0,
      rssBytes: 2,
      anonBytes: 3,
      pssBytes: 4,
      memsizeBytes: 5,
    });
  });

  test('histograms are beside them', () => {
    const frames = [sample(0), sample(7), { t: 'sizes' as const, n: 7, live: [[24, 3] as [number, number]] }];
    expect(built(...frames).histograms).toEqual([{ iterations: 7, stretch: 0, sizes: [[24, 3]] }]);
  });
});

describe('contradictions', () => {
  test('iterations that go back: the sample is left out and it is reported', () => {
    const { samples, contradictions } = built(sample(1_000), sample(400), sample(2_000));
    expect(samples.map(({ iterations }) => iterations)).toEqual([0, 1_000]);
    expect(contradictions).toEqual(["the script's own counters went back: 1000 iterations, then 400"]);
  });

  test('a clock of the loop that goes back', () => {
    const { samples, contradictions } = built(
      sample(1_000, { loopNs: 50e6, ms: 50 }),
      sample(2_000, { loopNs: 1e6, ms: 60 }),
    );
    expect(samples).toHaveLength(1);
    expect(contradictions).toHaveLength(1);
  });

  test('more time in the loop than has passed', () => {
    const { samples, contradictions } = built(sample(1_000, { loopNs: 60e9, ms: 100 }));
    expect(samples).toHaveLength(1);
    expect(contradictions).toEqual(['the script reports 60000 ms in its loop, but 100 ms were observed']);
  });

  test('standing still is none: a checkpoint may come twice', () => {
    expect(built(sample(1_000), sample(1_000)).contradictions).toEqual([]);
  });

  test('a script that writes to the measurement pipe', () => {
    const { contradictions, samples } = built(
      { t: 'foreign', line: 'C 5' },
      { t: 'foreign', line: 'x'.repeat(5_000) },
    );
    expect(contradictions).toEqual(['the script wrote to the measurement pipe']);
    expect(samples).toEqual([]);
  });

  test('told once each, and not without end', () => {
    const builder = built(sample(1_000_000));
    for (let n = 0; n < 5_000; n++) builder.add(sample(n));
    expect(builder.contradictions.length).toBeLessThanOrEqual(8);
    expect(new Set(builder.contradictions).size).toBe(builder.contradictions.length);
  });
});

describe('what the script said of its end', () => {
  test('an error with class, line and message', () => {
    const about = ['NoMethodError', '12', "undefined method `x' – ü\nwith a second line"].join('\0');
    expect(built({ t: 'error', about64: base64(about) }).error).toEqual({
      className: 'NoMethodError',
      line: 12,
      message: "undefined method `x' – ü\nwith a second line",
    });
  });

  test.each(['', '-3', '1e5', '12 ', 'twelve', '0x10'])('a line of %j is not a line', (line) => {
    expect(built({ t: 'error', about64: base64(`E\0${line}\0m`) }).error!.line).toBeNull();
  });

  test.each([
    ['no base64 at all', '%%%'],
    ['nothing', ''],
    ['too few fields', base64('OnlyAClass')],
    ['bytes that are no UTF-8', Buffer.from([0xff, 0xfe, 0, 0x80]).toString('base64')],
  ])('%s still makes an error', (_name, about64) => {
    expect(built({ t: 'error', about64 }).error).toMatchObject({ line: null, message: expect.any(String) });
  });

  test('a loop that ended, with its iterations', () => {
    expect(built({ t: 'finished', about: 'loop 0 1234567' }).loopEnded).toBe(
      "the script's loop ended by itself after 1,234,567 iterations",
    );
  });

  test('an exit, with its status', () => {
    expect(built({ t: 'finished', about: 'exit 3 20' }).loopEnded).toBe(
      'the script called exit (status 3) after 20 iterations',
    );
  });

  test('the loop’s end comes before the exit that follows it', () => {
    expect(
      built({ t: 'finished', about: 'loop 0 5' }, { t: 'finished', about: 'exit 0 5' }).loopEnded,
    ).toMatch(/^the script's loop/);
  });

  test('an error past its own count is no error of the script', () => {
    const builder = built({ t: 'past', about64: base64(['KeyError', '100', 'key not found'].join('\0')) });
    expect(builder.error).toBeNull();
    expect(builder.loopEnded).toBe(
      "past the script's own count of 100 its body raised KeyError: key not found",
    );
  });

  test.each(['', 'loop', 'exit', 'loop 0 x'])('%j is no crash', (about) => {
    expect(built({ t: 'finished', about }).loopEnded).toEqual(expect.any(String));
  });
});

describe('what it ran in', () => {
  test('the first description holds: a script may write a second', () => {
    const { description } = built(
      { t: 'ruby', description64: base64('ruby 2.2.10p489') },
      { t: 'ruby', description64: base64('ruby 9.9.9') },
    );
    expect(description).toBe('ruby 2.2.10p489');
  });

  test('a probe that does not count is a failure, not a clean verdict', () => {
    const builder = built({ t: 'attached', counted: false, allocator: 'libc.so.6', overhead: 8 });
    expect(builder.failed).toMatch(/^the probe did not load into this ruby/);
    expect(built({ t: 'attached', counted: true, allocator: 'libc.so.6', overhead: 8 })).toMatchObject({
      failed: null,
      allocator: 'libc.so.6',
    });
  });
});

describe('output', () => {
  test('a character torn over two frames is whole again', () => {
    const bytes = Buffer.from('größe 日本');
    const frames = [...bytes].map((byte): Frame => ({
      t: 'out',
      fd: 1,
      data: Buffer.from([byte]).toString('base64'),
    }));
    expect(built(...frames).output()).toEqual({ text: 'größe 日本', droppedBytes: 0 });
  });

  test('bytes that are no text become U+FFFD, and what was dropped is counted', () => {
    const exit: Frame = {
      t: 'exit',
      reason: 'exited',
      code: 0,
      signal: 0,
      oom: false,
      dropped: 1_000_000_000,
    };
    expect(built({ t: 'out', fd: 2, data: '//4=' }, { t: 'out', fd: 1, data: '!!' }, exit).output()).toEqual({
      text: '\uFFFD\uFFFD',
      droppedBytes: 1_000_000_000,
    });
  });

  test('what looks like a frame is still only output', () => {
    const forged = `${JSON.stringify(sample(5))}\n`;
    const builder = built({ t: 'out', fd: 1, data: base64(forged) });
    expect(builder.samples).toEqual([]);
    expect(builder.output().text).toBe(forged);
  });
});

describe('a script that writes frames without end', () => {
  test('samples: no more than the bound are kept, and it is reported', () => {
    const frames = Array.from({ length: MOST_SAMPLES + 3 }, (_, n) => sample(n));
    const { samples, flooded, contradictions } = built(...frames);
    expect(samples).toHaveLength(MOST_SAMPLES);
    expect(flooded).toBe('the script wrote more than 2,048 checkpoints to the measurement pipe');
    expect(contradictions).toEqual([flooded]);
    expect(built(...frames.slice(0, MOST_SAMPLES)).flooded).toBeNull();
  });

  test('samples that are left out count as well', () => {
    const frames = Array.from({ length: MOST_SAMPLES + 1 }, () => sample(7));
    expect(built(sample(1_000), ...frames).flooded).not.toBeNull();
  });

  test('histograms', () => {
    const sizes = Array.from({ length: 5_000 }, (_, n): Frame => ({ t: 'sizes', n, live: [[24, n]] }));
    expect(built(...sizes).histograms.length).toBeLessThanOrEqual(256);
  });

  test('output: byte by byte, and more than was agreed', () => {
    const builder = new TraceBuilder();
    for (let n = 0; n < 100_000; n++) builder.add({ t: 'out', fd: 1, data: 'eA==' });
    expect(builder.output()).toEqual({ text: 'x'.repeat(100_000), droppedBytes: 0 });
    const megabyte = base64('y'.repeat(2 ** 20));
    for (let n = 0; n < 9; n++) builder.add({ t: 'out', fd: 1, data: megabyte });
    const { text, droppedBytes } = builder.output();
    expect([text.length, droppedBytes]).toEqual([8 * 2 ** 20, 2 ** 20 + 100_000]);
  });
});
