import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createHeapAnalysis } from '../../../../src/explain/heap/create-heap-analysis.ts';
import { DumpLine } from '../../../../src/explain/heap/lines/dump-line.ts';
import { EdgeStore } from '../../../../src/explain/heap/graph/edge-store.ts';
import { Names } from '../../../../src/explain/heap/lines/names.ts';
import { analysed, at, klass, name, object, range, stream, text } from './a-dump.ts';

const encoder = new TextEncoder();
/**
 * Makes dumps of an array of strings, one with a value that needs escapes, and the array's line last or
 * first.
 */
const dumps = (counts: readonly number[]): readonly (readonly string[])[] =>
  counts.map((count) => [
    klass(1, 'String'),
    klass(2, 'Array'),
    object(3, 'ARRAY', {
      class: at(2),
      references: range(100, 100 + count).map(at),
      memsize: 40 + count * 8,
    }),
    text(4, 5, { value: 'a "quoted" \\ value\n{}[]' }),
    ...range(0, count).map((i) => text(100 + i, i < counts[0]! ? 5 : i < counts[1]! ? 15 : 25)),
  ]);
const SMALL = stream(dumps([3, 6, 12]), [name(null, 3, 'constant CACHE')]);

test('chunk boundaries do not matter', () => {
  const whole = analysed(SMALL, SMALL.length);
  expect(whole.findings.map(({ className, grows }) => [className, grows])).toEqual([
    ['String', false],
    ['Array', true],
  ]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: SMALL.length }), { maxLength: 40 }), (cuts) => {
      const analysis = createHeapAnalysis('repro.rb');
      const ends = [...cuts, SMALL.length].sort((a, b) => a - b);
      ends.forEach((end, i) => analysis.push(SMALL.slice(ends[i - 1] ?? 0, end)));
      expect(analysis.result()).toEqual(whole);
    }),
  );
});

test('a line of any length is read, in chunks of any size', () => {
  const counts = [5_000, 10_000, 20_000];
  const long = dumps(counts).map((lines) => [
    ...lines,
    text(90_000_000, 5, { value: '\\"'.repeat(100_000) }),
  ]);
  // The string behind the long line holds nothing: what it would be given of the line would show.
  const bytes = stream(long, [name(null, 4, 'global variable $text'), name(null, 3, 'constant CACHE')]);
  const whole = analysed(bytes, bytes.length);
  expect(whole.notes).toEqual([]);
  expect(whole.findings[0]?.path).toEqual([
    { label: 'constant CACHE', className: 'Array', retainedBytes: expect.any(Number) },
    { label: null, className: 'String' },
  ]);
  for (const chunkBytes of [997, 65_536, 65_537, 70_001, 70_003, 400_000])
    expect(analysed(bytes, chunkBytes)).toEqual(whole);
});

/** Counts the bytes at the end of a line that is interrupted in a text, which have to be shown again. */
const cut = (value: string): number => {
  const bytes = encoder.encode(`{"address":"0x7f0000000000", "value":"${value}`);
  const line = new DumpLine(new Names());
  expect(line.read(bytes, 0, bytes.length)).toBe(false);
  return bytes.length - (line.gap?.to ?? -1);
};

test('a text is cut before a backslash that belongs to what follows', () => {
  expect([0, 1, 2, 3, 4].map((count) => cut(`text${'\\'.repeat(count)}`))).toEqual([0, 1, 0, 1, 0]);
});

test('a stream that is cut anywhere gives notes, not errors', () => {
  for (let end = 0; end < SMALL.length; end += 7) {
    const { notes } = analysed(SMALL.slice(0, end));
    expect(notes.join()).toMatch(/broke off/);
  }
});

test('what is no heap dump is reported', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), (rubbish) => {
      const { findings, notes } = analysed(rubbish, 64);
      expect(findings).toEqual([]);
      expect(notes.length).toBeGreaterThan(0);
    }),
  );
  const spoilt = encoder.encode(new TextDecoder().decode(SMALL).replaceAll('"memsize":40,', '"memsize":'));
  expect(analysed(spoilt).notes).toEqual([]); // odd, but a line
  const torn = new TextDecoder().decode(SMALL).replace(/"flags":\{"wb_protected":true\}\}\n/, '\n');
  expect(analysed(encoder.encode(torn)).notes).toEqual(['one line of the heap dumps could not be read']);
});

test('what a ruby lacks is passed on', () => {
  const lacks = '{"matrix":"lacks","text":"no heap dumps here"}';
  expect(analysed(stream([[], [], []], [lacks, lacks])).notes).toEqual(['no heap dumps here']);
});

test('references come back as they went in, wherever they point', () => {
  const address = fc.integer({ min: 0, max: 2 ** 44 }).map((word) => word * 8);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(address, fc.array(address, { maxLength: 20 })), { maxLength: 20 }),
      (records) => {
        const store = new EdgeStore();
        const starts = records.map(([from, references]) => {
          const start = store.begin(from);
          for (const one of references) store.add(one);
          store.end();
          return start;
        });
        records.forEach(([from, references], i) => {
          const seen: number[] = [];
          store.each(starts[i]!, from, (one) => seen.push(one));
          const expected = references.filter((one, j) => one !== (references[j - 1] ?? from));
          expect(seen).toEqual(expected);
        });
      },
    ),
  );
});
