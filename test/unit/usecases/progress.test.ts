import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { styleFor } from '../../../src/usecases/output/color.ts';
import { gridLines } from '../../../src/usecases/progress/grid-lines.ts';
import { nextRows, type GridRows } from '../../../src/usecases/progress/grid-rows.ts';
import { lineProgress } from '../../../src/usecases/progress/lines.ts';
import { cellId } from '../../../src/domain/cell/cell-id.ts';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { plainStyle } from '../../../src/report/text/style.ts';
import { compared, explained, native } from '../report/explain/findings.ts';
import { cleanLoop, leaking, unjudged, withLoops } from '../report/loops/loops.ts';
import { clean, failed, leak, record } from '../report/records.ts';

const sample = (ruby: string, iterations: number, bytes: number, slope: number | null = null): RunEvent => ({
  type: 'sample',
  cell: cellId(ruby),
  ruby,
  iterations,
  afterMs: 0,
  bytes,
  liveSlots: 0,
  slope,
});
const state = (
  ruby: string,
  to: 'preparing' | 'measuring' | 'explaining',
  detail: string | null = null,
): RunEvent => ({
  type: 'cell-state',
  cell: cellId(ruby),
  ruby,
  state: to,
  detail,
});
const queued = (...rubies: readonly string[]): RunEvent => ({
  type: 'run',
  run: record(rubies.map((name) => failed(name, { outcome: null, state: 'queued', message: null }))),
});
const after = (...events: readonly RunEvent[]): GridRows =>
  events.reduce<GridRows>((rows, event) => nextRows(rows, event), new Map());

describe('progress as lines', () => {
  it('names the loops of a ruby that has several', () => {
    const lines: string[] = [];
    const progress = lineProgress(
      (text) => lines.push(text),
      () => 0,
    );
    progress.event({ type: 'cell', cell: withLoops('2.3.6', cleanLoop(2), leaking(4), unjudged(9, 0)) });
    expect(lines.join('')).toBe(
      '2.3.6: leak: line 4 leaks 64 bytes per iteration (native); line 2 is clean; line 9 never ran, 1.9 s\n',
    );
  });

  it('tells changes once, and samples only now and then', () => {
    const lines: string[] = [];
    let now = 0;
    const progress = lineProgress(
      (text) => lines.push(text),
      () => now,
    );
    progress.event(queued('2.3.6'));
    progress.event(state('2.3.6', 'preparing', 'building\u001b[2J'));
    progress.event(state('2.3.6', 'preparing', 'building\u001b[2J'));
    progress.event(state('2.3.6', 'measuring'));
    for (now = 0; now < 12_000; now += 100) progress.event(sample('2.3.6', now, now, 64.04));
    progress.event({ type: 'cell', cell: leak('2.3.6') });
    progress.event({ type: 'cell', cell: failed('2.4.3') });
    expect(lines.join('')).toMatchInlineSnapshot(`
      "matrix: run 20261123-071502-repro-3f9a2c: repro.rb on 1 ruby
      2.3.6: preparing: building\\e[2J
      2.3.6: measuring
      2.3.6: 5,000 iterations, 64 bytes per iteration so far
      2.3.6: 10,000 iterations, 64 bytes per iteration so far
      2.3.6: leak, 64.00 ± 0.05 bytes per iteration (native), 1.9 s
      2.4.3: image unavailable: ruby:9.9.9 is not here and no registry answers
      "
    `);
  });

  it('tells what came of looking into a leak', () => {
    const lines: string[] = [];
    const progress = lineProgress(
      (text) => lines.push(text),
      () => 0,
    );
    progress.event(state('2.3.6', 'explaining', 'naming the leak'));
    progress.event({ type: 'cell', cell: explained('2.3.6', [native(), native()], { accountedFor: 0.98 }) });
    progress.event({ type: 'cell', cell: explained('2.4.3', [], { notes: ['gcc is not there'] }) });
    progress.event({ type: 'cell', cell: compared('2.4.10', [{ allocations: 5, frees: 5 }]) });
    expect(lines.join('')).toMatchInlineSnapshot(`
      "2.3.6: explaining: naming the leak
      2.3.6: 2 places named, 98 % of the growth, 2.1 s
      2.4.3: nothing was found: gcc is not there, 2.1 s
      2.4.10: compared with the leak, 2.1 s
      "
    `);
  });
});

describe('the live grid', () => {
  it('shows a row per ruby: state, iterations, slope so far, curve', () => {
    const rows = after(
      queued('2.2.10', '2.3.6', '2.4.10', '2.4.3'),
      { type: 'cell', cell: clean('2.2.10') },
      state('2.3.6', 'measuring'),
      ...Array.from({ length: 100 }, (_, index) => sample('2.3.6', index * 1000, index * 64_000, 64.02)),
      state('2.4.3', 'preparing', 'pulling ruby:2.4.3'),
    );
    expect(gridLines(rows, { columns: 100, rows: 24, style: plainStyle })).toMatchInlineSnapshot(`
      [
        "2.2.10              clean, 0.00 ± 0.05 bytes per iteration, 1.9 s",
        "2.3.6   ▁▂▃▄▅▆▇▇██  measuring  99,000 iterations, 64 bytes per iteration so far",
        "2.4.10              queued",
        "2.4.3               preparing (pulling ruby:2.4.3)",
      ]
    `);
  });

  it('keeps the verdict of a ruby in its row while its leak is named', () => {
    const rows = after(
      queued('2.3.6'),
      { type: 'cell', cell: leak('2.3.6') },
      state('2.3.6', 'explaining', 'naming the leak'),
    );
    const page = { columns: 120, rows: 24, style: plainStyle };
    expect(gridLines(rows, page).join('')).toMatch(/leak, 64\.00 .* 1\.9 s \(naming the leak\)$/);
  });

  it('starts the curve anew when a fresh container confirms', () => {
    const rows = after(
      sample('2.3.6', 1000, 5),
      sample('2.3.6', 2000, 6),
      sample('2.3.6', 0, 1),
      sample('2.3.6', 10, 2),
    );
    expect(rows.get(cellId('2.3.6'))?.curve).toEqual([1, 2]);
  });

  it('never has more lines than the terminal, or longer ones, and shows what runs', () => {
    const names = Array.from({ length: 50 }, (_, index) => `2.2.${index}`);
    const rows = after(
      queued(...names),
      ...names
        .slice(0, 30)
        .map((name): RunEvent => ({ type: 'cell', cell: { ...failed(name), message: 'x'.repeat(300) } })),
      state('2.2.40', 'measuring'),
    );
    const lines = gridLines(rows, { columns: 60, rows: 12, style: plainStyle });
    expect(lines).toHaveLength(10);
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThan(60);
    expect(lines.some((line) => line.startsWith('2.2.40') && line.includes('measuring'))).toBe(true);
    expect(lines.at(-1)).toBe('… and 22 image unavailable, 19 queued');
  });
});

describe('colours', () => {
  it.each([
    [true, {}, true, true],
    [true, { NO_COLOR: '' }, true, true],
    [true, { NO_COLOR: '1' }, true, false],
    [true, { TERM: 'dumb' }, true, false],
    [true, {}, false, false],
    [false, {}, true, false],
  ])('terminal %s, %j, wanted %s: %s', (isTTY, env, wanted, colours) => {
    expect(styleFor({ isTTY }, env, wanted).red('x') !== 'x').toBe(colours);
  });

  it('names the command as it was called: a clone has no other', () => {
    const inClone = { npm_package_name: 'matrix-leak', npm_lifecycle_event: 'matrix' };
    expect(styleFor({}, inClone, true).command).toBe('npm run matrix --');
    expect(styleFor({}, { ...inClone, npm_package_name: 'app' }, true).command).toBe('matrix');
    expect(styleFor({}, {}, true).command).toBe('matrix');
  });
});
