import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseFrame } from '../../../src/protocol/frames.ts';

const SAMPLE = {
  t: 'sample',
  stretch: 0,
  loops: [[0, 1]],
  n: 729,
  outer: true,
  loopNs: 8_176_099,
  slots: 16_658,
  slotBytes: 666_360,
  ms: 32,
  bytes: 6_508_936,
  blocks: 63_139,
  pageBytes: 1_210_048,
} as const;
const line = (value: unknown): string => JSON.stringify(value);

test.each([
  { t: 'hello', os: 'Debian GNU/Linux 11 (bullseye)', libc: 'glibc 2.31', arch: 'x86_64', workdir: '/home' },
  { t: 'ruby', description64: 'cnVieSAyLjIuMTA=' },
  { t: 'attached', counted: true, allocator: 'libc.so.6', overhead: 8 },
  SAMPLE,
  { ...SAMPLE, memsize: 12, heap: 1, rss: 2, anon: 3, pss: 4 },
  {
    t: 'sizes',
    n: 729,
    live: [
      [24, 10_761],
      [1_048_576, 1],
    ],
  },
  { t: 'sizes', n: 0, live: [] },
  { t: 'out', fd: 2, data: 'aGk=' },
  { t: 'finished', about: 'loop 0 1000' },
  { t: 'past', about64: '' },
  { t: 'error', about64: '' },
  { t: 'foreign', line: 'anything' },
  { t: 'refused' },
  { t: 'failed', message: 'no ruby' },
  { t: 'exit', reason: 'budget', code: -1, signal: 9, oom: false, dropped: 0 },
])('$t reads back', (frame) => {
  expect(parseFrame(line(frame))).toEqual(frame);
});

describe('anything else is no frame', () => {
  test.each([
    ['nothing', ''],
    ['a blank line', '   '],
    ['a torn line', line(SAMPLE).slice(0, -7)],
    ['two lines in one', line(SAMPLE) + line(SAMPLE)],
    ['plain text', 'hello'],
    ['a number', '17'],
    ['null', 'null'],
    ['a list', '[{"t":"hello"}]'],
    ['an unknown kind', line({ t: 'shell', run: 'rm -rf /' })],
    ['a kind that is no text', line({ ...SAMPLE, t: 1 })],
    ['no kind', line({ n: 1 })],
    ['a missing field', line({ ...SAMPLE, bytes: undefined })],
    ['a number as text', line({ ...SAMPLE, bytes: '17' })],
    ['a fraction', line({ ...SAMPLE, bytes: 1.5 })],
    ['infinity', line(SAMPLE).replace('6508936', '1e999')],
    ['a number beyond what a double holds exactly', line(SAMPLE).replace('6508936', '9007199254740993')],
    ['iterations below nothing', line({ ...SAMPLE, n: -1 })],
    ['time below nothing', line({ ...SAMPLE, ms: -1 })],
    ['resident memory below nothing', line({ ...SAMPLE, rss: -4_096 })],
    ['a boundary that is no boolean', line({ ...SAMPLE, outer: 1 })],
    ['a size without a count', line({ t: 'sizes', n: 1, live: [[24]] })],
    ['a size with a negative count', line({ t: 'sizes', n: 1, live: [[24, -1]] })],
    [
      'an end for no known reason',
      line({ t: 'exit', reason: 'bored', code: 0, signal: 0, oom: false, dropped: 0 }),
    ],
  ])('%s', (_name, text) => expect(parseFrame(text)).toBeNull());

  test('what a script prints, whatever it is', () => {
    const texts = fc.sample(fc.string(), 200);
    const values = fc.sample(fc.jsonValue(), 200).map((value) => JSON.stringify(value));
    expect([...texts, ...values].filter((text) => parseFrame(text) !== null)).toEqual([]);
  });
});

test('keys that a later supervisor adds are left out', () => {
  expect(parseFrame(line({ ...SAMPLE, swap: 5 }))).toEqual(SAMPLE);
});

test('a key named __proto__ changes nothing', () => {
  const frame = parseFrame(`${line(SAMPLE).slice(0, -1)},"__proto__":{"bytes":1,"polluted":true}}`);
  expect(frame).toEqual(SAMPLE);
  expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
});

test('bytes may fall below where they began: what was there before the probe is freed too', () => {
  expect(parseFrame(line({ ...SAMPLE, bytes: -100, blocks: -3 }))).toMatchObject({ bytes: -100, blocks: -3 });
});
