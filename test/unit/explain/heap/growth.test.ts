import { expect, test } from 'vitest';
import { analysed, at, klass, name, object, range, root, stream, text } from './a-dump.ts';

const BASE = [klass(1, 'String'), klass(2, 'Array'), root('vm', 3)];
const array = (count: number, memsize = 40): string =>
  object(3, 'ARRAY', {
    class: at(2),
    references: range(100, 100 + count).map(at),
    file: 'repro.rb',
    line: 1,
    generation: 2,
    memsize,
  });
/** Strings that one array holds: one per iteration. */
const kept = (count: number): readonly string[] =>
  range(0, count).map((i) => text(100 + i, i < 100 ? 5 : i < 200 ? 15 : 25));
const LEAK = [100, 200, 400].map((count) => [...BASE, array(count), ...kept(count)]);
const CACHE = [name(null, 3, 'constant CACHE')];

test('names class, line, rate and holder of what stays', () => {
  const { findings, iterations, notes } = analysed(stream(LEAK, CACHE));
  expect(notes).toEqual([]);
  expect(iterations).toBe(300);
  expect(findings).toEqual([
    {
      kind: 'objects',
      className: 'String',
      objectsPerIteration: 1,
      bytesPerIteration: 40,
      memsizePerIteration: 40,
      grows: false,
      script: { file: 'repro.rb', line: 4, method: null },
      innermost: { file: 'repro.rb', line: 4, method: null },
      path: [
        { label: 'constant CACHE', className: 'Array', retainedBytes: expect.any(Number) },
        { label: null, className: 'String' },
      ],
      buffers: [],
    },
  ]);
});

const placed = (file: string, script: number, count: number, ofClass: string | undefined): string =>
  JSON.stringify({ matrix: 'place', file, line: 4, script, count: 900, made: count, class: ofClass });
const counted = (lost: number): string => JSON.stringify({ matrix: 'counted', lost });

test('counts what is made where objects stay, without what Matrix makes itself', () => {
  const places = [
    placed('repro.rb', 4, 600, at(1)),
    placed('lib/helper.rb', 4, 300, at(1)),
    placed('repro.rb', 4, 30, at(2)),
    placed('/opt/matrix/explain.rb', 4, 7, at(1)),
    placed('repro.rb', 9, 300, undefined),
    placed('repro.rb', 9, 300, at(77)),
  ];
  const { findings, objects } = analysed(stream(LEAK, [...places, counted(0)]));
  expect(objects).toEqual([
    { line: 4, className: 'String', objects: 900 },
    { line: 4, className: 'Array', objects: 30 },
  ]);
  expect(findings[0]).toMatchObject({ objectsPerIteration: 1 });
  // Not all of them, no ruby that counts, a report that broke off.
  expect(analysed(stream(LEAK, [...places, counted(1)])).objects).toBeNull();
  expect(analysed(stream(LEAK, places)).objects).toBeNull();
  expect(analysed(stream(LEAK, [...places, counted(0)], '')).objects).toBeNull();
});

test('a left-over of one window is not a leak, nor is what was there from the beginning', () => {
  const leftOver = range(0, 50).map((i) => text(9000 + i, 12));
  const recent = range(0, 50).map((i) => text(9100 + i, 22));
  const old = range(0, 50).map((i) => object(9200 + i, 'STRING', { class: at(1), memsize: 40 }));
  const dumps = [
    [...BASE, ...old],
    [...BASE, ...old, ...leftOver],
    [...BASE, ...old, ...leftOver, ...recent],
  ];
  expect(analysed(stream(dumps)).findings).toHaveLength(1); // as many in both, twice the time: within tolerance
  expect(analysed(stream(dumps.map((lines, i) => (i === 2 ? lines.slice(0, -50) : lines)))).findings).toEqual(
    [],
  );
  expect(analysed(stream([BASE, BASE, [...BASE, ...recent]])).findings).toEqual([]);
  expect(
    analysed(
      stream([
        [...BASE, ...old],
        [...BASE, ...old],
        [...BASE, ...old],
      ]),
    ).findings,
  ).toEqual([]);
});

test('another object at the same address is distinguished by its generation', () => {
  // A ring of fifty: the same slots at every dump, but never the same objects for longer than one window.
  const ring = [5, 15, 25].map((generation) => [
    ...BASE,
    ...range(0, 50).map((i) => text(9000 + i, generation)),
  ]);
  expect(analysed(stream(ring)).findings).toEqual([]);
  // And a leak into slots that were in use at the first dump.
  const reused = [
    [...BASE, ...range(0, 90).map((i) => text(9000 + i, 5))],
    [...BASE, ...range(0, 30).map((i) => text(9000 + i, 15))],
    [...BASE, ...range(0, 90).map((i) => text(9000 + i, i < 30 ? 15 : 25))],
  ];
  expect(analysed(stream(reused)).findings).toMatchObject([{ objectsPerIteration: 90 / 300 }]);
});

const grown = (count: number): readonly string[] => [
  ...range(0, count).map((i) => text(1000 + i, i < 100 ? 5 : i < 200 ? 15 : 25, { memsize: 1000 })),
  ...range(0, count / 2).map((i) =>
    text(5000 + i, i < 50 ? 5 : i < 100 ? 15 : 25, { line: 7, memsize: 440 }),
  ),
  ...range(0, count / 25).map((i) => text(8000 + i, i < 4 ? 5 : i < 8 ? 15 : 25, { line: 9 })),
];

test('two places of one class are two findings, the larger first; what hardly counts is left out', () => {
  const { findings } = analysed(stream([100, 200, 400].map((count) => [...BASE, ...grown(count)])));
  expect(findings.map((one) => [one.script?.line, one.memsizePerIteration, one.bytesPerIteration])).toEqual([
    [4, 1000, 40],
    [7, 220, 20],
  ]);
});

test('one object per hundredth iteration is enough', () => {
  const rare = [1, 3, 7].map((count) => [
    ...BASE,
    ...range(0, count).map((i) => text(1000 + i, i < 1 ? 5 : i < 3 ? 15 : 25)),
  ]);
  expect(analysed(stream(rare)).findings).toMatchObject([
    { className: 'String', objectsPerIteration: 6 / 300 },
  ]);
});

const sizes = (...of: readonly number[]): Uint8Array =>
  stream(
    of.map((memsize) => [...BASE, array(0, memsize)]),
    CACHE,
  );

test('an object that becomes larger in both windows grows; in one of them it does not', () => {
  expect(analysed(sizes(840, 1640, 3240)).findings).toMatchObject([
    {
      className: 'Array',
      grows: true,
      objectsPerIteration: 0,
      bytesPerIteration: 8,
      memsizePerIteration: 8,
      script: { line: 1 },
      path: [{ label: 'constant CACHE', className: 'Array', retainedBytes: expect.any(Number) }],
    },
  ]);
  expect(analysed(sizes(840, 840, 3240)).findings).toEqual([]);
  expect(analysed(sizes(840, 1640, 1640)).findings).toEqual([]);
});

test('what the measuring itself leaves behind is not shown', () => {
  const own = LEAK.map((lines) =>
    lines.map((line) => line.replaceAll('"repro.rb"', '"/opt/matrix/objects.rb"')),
  );
  expect(analysed(stream(own)).findings).toEqual([]);
  const tracer = [500, 900, 1700].map((memsize) => [
    object(3, 'DATA', { class: at(1), struct: 'ObjectTracing/allocation_info_tracer', memsize }),
  ]);
  expect(analysed(stream(tracer)).findings).toEqual([]);
});

test('slots have the size that the dump tells', () => {
  const wide = [100, 200, 400].map((count) =>
    range(0, count).map((i) =>
      object(1000 + i * 4, 'STRING', {
        slot_size: 160,
        memsize: 160,
        file: 'repro.rb',
        line: 4,
        generation: i < 100 ? 5 : i < 200 ? 15 : 25,
      }),
    ),
  );
  expect(analysed(stream(wide)).findings).toMatchObject([{ objectsPerIteration: 1, bytesPerIteration: 160 }]);
});

/** Strings of one line, every second one made by another method. */
const made = (count: number, odd: number): readonly string[] =>
  range(0, count).map((i) => {
    const generation = i < 100 ? 5 : i < 200 ? 15 : 25;
    return text(100 + i, generation, { method: i % 2 === odd ? 'initialize' : 'new' });
  });

test('of two methods that make as many in one line the first by name is reported, wherever the dumps fell', () => {
  for (const odd of [0, 1]) {
    // One more of either, where the last dump fell in the middle of an iteration.
    const dumps = [100, 200, 401].map((count) => [...BASE, array(count), ...made(count, odd)]);
    const [finding] = analysed(stream(dumps, CACHE)).findings;
    expect(finding?.innermost).toEqual({ file: 'repro.rb', line: 4, method: 'initialize' });
  }
});
