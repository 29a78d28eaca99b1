import { describe, expect, it } from 'vitest';
import { cellId } from '../../../../src/domain/cell/cell-id.ts';
import { curveOf, PLOT_SERIES, reduced } from '../../../../src/report/svg/curve.ts';
import { curves } from '../../../../src/report/svg/curves.ts';
import { fitOf } from '../../../../src/report/svg/fit.ts';
import { commonReach, plotScale } from '../../../../src/report/svg/plot-scale.ts';
import { tickText } from '../../../../src/report/svg/tick-text.ts';
import { samples } from '../../../web/traces.ts';
import { clean, leak, record, slope } from '../records.ts';

const [live] = PLOT_SERIES;
const bytes = live!;
const mixed = (outer: number) =>
  samples(0, 0, outer * 2).map((one, i) => ({ ...one, boundary: i % 2 ? 'inner' : 'outer' }) as const);

describe('curveOf', () => {
  it('counts from its own first reading, and leaves out what was not read', () => {
    const all = samples(64, 0, 4).map((sample, index) => ({
      ...sample,
      rssBytes: index === 1 ? null : 5000 + index,
    }));
    const rss = PLOT_SERIES.find((series) => series.name === 'rss')!;
    expect(curveOf(all, rss)).toEqual([
      { x: 0, y: 0 },
      { x: 2000, y: 2 },
      { x: 3000, y: 3 },
    ]);
  });

  it('leaves out checkpoints inside of an iteration once there are enough between them', () => {
    expect(curveOf(mixed(10), bytes)).toHaveLength(20);
    expect(curveOf(mixed(24), bytes)).toHaveLength(24);
  });
});

describe('reduced', () => {
  const sawtooth = Array.from({ length: 10_000 }, (_, x) => ({ x, y: (x % 100) + x }));

  it('keeps the ends and the teeth in few points', () => {
    const few = reduced(sawtooth, 48);
    expect(few.length).toBeLessThanOrEqual(48);
    expect(few.length).toBeGreaterThan(40);
    expect([few[0], few.at(-1)]).toEqual([sawtooth[0], sawtooth.at(-1)]);
    expect(few.map(({ x }) => x)).toEqual(few.map(({ x }) => x).toSorted((a, b) => a - b));
    expect(Math.max(...few.map(({ y }) => y))).toBe(Math.max(...sawtooth.map(({ y }) => y)));
  });

  it('leaves few points as they are', () => {
    expect(reduced(sawtooth.slice(0, 48), 48)).toEqual(sawtooth.slice(0, 48));
  });
});

describe('scale', () => {
  it('is cut at twice the longest leaking curve, and only where something leaks', () => {
    const reaches = [
      { x: 25_000, leaks: true },
      { x: 3_000_000, leaks: false },
    ];
    expect(commonReach(reaches)).toBe(50_000);
    expect(commonReach(reaches.map(({ x }) => ({ x, leaks: false })))).toBe(3_000_000);
    expect(commonReach([{ x: 10, leaks: true }])).toBe(10);
  });

  it('does not zoom in on noise, and shows a fall', () => {
    const flat = plotScale(
      [
        [
          { x: 0, y: -90 },
          { x: 9, y: 100 },
        ],
      ],
      10,
      bytes,
    );
    expect([flat.yLow, flat.yHigh >= bytes.leastSpan]).toEqual([0, true]);
    const falling = plotScale(
      [
        [
          { x: 0, y: 0 },
          { x: 9, y: -1e6 },
        ],
      ],
      10,
      bytes,
    );
    expect(falling.yLow).toBeLessThanOrEqual(-1e6);
  });

  it.each([
    [0, 'bytes', '0'],
    [500, 'bytes', '500 B'],
    [2_500_000, 'bytes', '2.5 MB'],
    [-40_000, 'bytes', '-40 kB'],
    [40_000, 'count', '40k'],
    [1_500_000, 'count', '1.5M'],
  ] as const)('%d %s is written %s', (value, unit, text) => expect(tickText(value, unit)).toBe(text));
});

describe('fitOf', () => {
  const line = Array.from({ length: 11 }, (_, index) => ({ x: index * 10, y: index * 640 }));

  it('draws the slope and both ends of its interval through the middle of the second half', () => {
    const fit = fitOf(line, slope(64, 1))!;
    expect(fit.line).toEqual([
      { x: 50, y: 3200 },
      { x: 100, y: 6400 },
    ]);
    expect(fit.high[1].y - fit.low[1].y).toBeCloseTo(2 * 20);
    expect(fit.high[0].y - fit.low[0].y).toBeCloseTo(-2 * 30);
  });

  it('is nothing where there is no slope to draw', () => {
    expect(fitOf(line, null)).toBeNull();
    expect(fitOf([], slope(64))).toBeNull();
    expect(fitOf(line, slope(64, Infinity))).toBeNull();
  });
});

describe('curves', () => {
  const run = record([leak('2.4.0'), leak('2.3.6'), clean('2.2.10')]);
  const long = {
    cell: cellId('2.2.10'),
    ruby: '2.2.10',
    pass: 'measure',
    samples: samples(0, 0, 400),
    histograms: [],
  } as const;
  const steep = {
    cell: cellId('2.3.6'),
    ruby: '2.3.6',
    pass: 'measure',
    samples: samples(64, 0),
    histograms: [],
  } as const;
  const drawn = curves(run, [long, steep, { ...steep, pass: 'confirm' }]).toString();
  const panel = (ruby: string): string =>
    drawn.split('<li ').find((part) => part.includes(`data-cell="${ruby}"`))!;

  it('has a panel per ruby in the order of the matrix, with every series', () => {
    expect([...drawn.matchAll(/data-cell="([^"]+)"/g)].map(([, ruby]) => ruby)).toEqual([
      '2.2.10',
      '2.3.6',
      '2.4.0',
    ]);
    expect([...panel('2.3.6').matchAll(/<g class="data plot-(\w+)"/g)].map(([, name]) => name)).toEqual([
      'live',
      'heap',
      'rss',
      'slots',
    ]);
  });

  it('says as text what a panel shows', () => {
    expect(panel('2.3.6')).toContain(
      'aria-label="2.3.6: leak, live bytes 64.00 ± 0.05, RSS 70 ± 5, live slots 0.00 ± 0.01 per iteration, through iteration 39,000"',
    );
    expect(panel('2.2.10')).toContain('runs on to 399k →');
    expect(panel('2.4.0')).toContain('no readings');
  });

  it('draws the readings from corner towards corner, the fit, and the confirming run once', () => {
    expect(panel('2.3.6')).toMatch(/class="curve" d="M0,1000l/);
    expect(panel('2.3.6').match(/class="confirm"/g)).toHaveLength(1);
    // An interval that could not be seen beside its line is left out.
    expect(panel('2.3.6').match(/class="interval"/g)).toHaveLength(2);
  });
});
