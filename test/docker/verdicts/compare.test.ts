import { beforeAll, expect, test } from 'vitest';
import { buildImages, createHarness, type Harness } from '../../harness.ts';
import { PAIRS, scriptOf, wrongWith } from '../../pairs.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await createHarness(['2.7.4', '3.1.2']);
  await buildImages(harness);
});

/** Ruby bug #18264 with a line that leaks on 2.7.4 alone. */
const TRACE = [
  '1000.times do',
  '  1000.times do',
  '    TracePoint.new(:line) {} # matrix: without',
  '    "abc".to_s',
  '  end',
  'end',
  '',
].join('\n');

test('a line is taken out: what it leaks is said on the ruby where it does, and nothing on the other', async () => {
  const script = { name: 'trace.rb', text: TRACE };
  const run = await harness.run({ script, options: { without: ['3'] } });
  const [old, newer] = run.comparison;
  expect(old).toMatchObject({
    base: '2.7.4',
    cell: '2.7.4+script=without-3',
    reason: null,
    loop: { line: 2 },
  });
  expect(old?.difference?.bytes).toMatchObject({ certainty: 'differs' });
  expect(old?.difference?.bytes.value).toBeCloseTo(-64, 1);
  expect(newer?.difference?.bytes).toMatchObject({ certainty: 'same' });
  const counts = run.cells.map(({ repeats }) => repeats?.measured.length ?? 0);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(3);
  // They have come as far as each other, which their figures are taken from.
  const reach = run.cells
    .slice(0, 2)
    .flatMap(({ repeats }) => repeats?.measured.map((one) => one.iterations) ?? []);
  expect(Math.min(...reach) / Math.max(...reach)).toBeGreaterThan(0.7);
});

test('a pair with a known difference, and a script without a loop beside it, which is no pair', async () => {
  const [ruby] = harness.rubies;
  const [, base, other] = PAIRS.find(([what]) => what === 'a leak beside a table that doubles') ?? [];
  if (ruby === undefined || base === undefined || other === undefined) throw new Error('nothing to compare');
  const script = { name: 'a.rb', text: scriptOf(base) };
  const others = [
    { name: 'b.rb', text: scriptOf(other), path: null },
    { name: 'c.rb', text: '1 + 1\n', path: null },
  ];
  const run = await harness.run({ script, others, rubies: [ruby] });
  const [pair, none] = run.comparison;
  expect(wrongWith(base, other, pair?.difference ?? null)).toBe(null);
  expect(none).toMatchObject({ difference: null, reason: expect.stringContaining('run of the script') });
});
