import { compareRun } from '../../src/analysis/compare/compare-run.ts';
import { NOT_READ } from '../not-read.ts';
import type { CellRecord, RunRecord } from '../../src/domain/run/record.ts';
import type { Sample, StoredTrace } from '../../src/domain/measurement/sample.ts';
import { sentenceOf } from '../../src/report/summary/sentence.ts';
import { repeated } from '../unit/analysis/compare/repeated.ts';
import { compared, explained, MANY_RUN, native, objects } from '../unit/report/explain/findings.ts';
import { cleanLoop, openLoop, THREE_LOOPS } from '../unit/report/loops/loops.ts';
import { clean, environment, failed, inconclusive, leak, record, series } from '../unit/report/records.ts';

/** Samples of a run that takes `bytes` and `slots` per iteration and does not give them back. */
export function samples(bytes: number, slots: number, count = 40, step = 1000): readonly Sample[] {
  return Array.from({ length: count }, (_, index) => {
    const iterations = index * step;
    // Warm-up, and a sawtooth as of memory that waits for its collection.
    const noise = 60_000 * (1 - Math.exp(-index / 3)) + (index % 5) * 800;
    const mallocBytes = Math.round(4e6 + noise + bytes * iterations);
    const rss = index % 3 === 0 ? Math.ceil((30e6 + mallocBytes) / 4096) * 4096 : null;
    return {
      iterations,
      ...NOT_READ,
      stretch: 0,
      loops: [[0, iterations]],
      boundary: 'outer',
      afterMs: index * 25,
      loopMs: index * 24,
      liveSlots: 11_000 + slots * iterations,
      slotBytes: 440_000 + slots * 40 * iterations,
      mallocBytes,
      mallocBlocks: 30_000 + iterations,
      pageBytes: 1_200_000,
      heapBytes: rss === null ? null : rss - 25e6,
      rssBytes: rss,
      anonBytes: rss,
      pssBytes: rss,
    };
  });
}

function traceOf(cell: CellRecord, pass: StoredTrace['pass']): StoredTrace {
  const leaks = cell.verdict === 'leak';
  const bytes = leaks ? (cell.growth?.malloc.perIteration ?? 0) : cell.verdict === 'inconclusive' ? 3 : 0;
  const count = leaks ? (pass === 'confirm' ? 20 : 40) : 64;
  return { cell: cell.id, ruby: cell.ruby, pass, samples: samples(bytes, 0, count), histograms: [] };
}

/** Samples of a script whose loops ran one after the other, each for half a second. */
function scriptTraceOf({ id, ruby, loops }: CellRecord): StoredTrace {
  const ran = loops.filter(({ verdict }) => verdict !== null);
  const all = ran.flatMap(({ verdict }, stretch) =>
    samples(verdict === 'leak' ? 64 : 0, 0, 20).map((one) => ({
      ...one,
      stretch,
      afterMs: stretch * 500 + one.afterMs,
      mallocBytes: one.mallocBytes + stretch * 60_000,
    })),
  );
  const bands = ran.map(({ line, context }, stretch) => ({ stretch, line, context }));
  return { cell: id, ruby, pass: 'script', samples: all, histograms: [], bands };
}

export function tracesOf(run: RunRecord): readonly StoredTrace[] {
  const measured = run.cells.filter((cell) => cell.outcome === 'measured');
  const leaks = measured.filter((cell) => cell.verdict === 'leak');
  return [
    ...measured.map((cell) => traceOf(cell, 'measure')),
    ...leaks.map((cell) => traceOf(cell, 'confirm')),
    ...measured.filter(({ loops }) => loops.length > 1).map(scriptTraceOf),
  ];
}

const SCRIPT = `require 'pathname'
$LOAD_PATH.unshift(Pathname.new("foo"))
1000.times { 1000.times { require "ostruct" }; print "<b>&amp;"; GC.start; }
`;

export function finished(cells: readonly CellRecord[], change: Partial<RunRecord> = {}): RunRecord {
  const placed = cells.map((cell) =>
    cell.outcome === 'measured'
      ? { ...cell, environment: environment('Debian GNU/Linux 11 (bullseye)', 'glibc 2.31') }
      : cell,
  );
  const run = record(placed, {
    script: { name: 'require_pathname.rb', sha256: '19256be9'.repeat(8), text: SCRIPT },
    loop: { line: 3, unitLine: 3, kinds: ['times', 'times'], otherLines: [2] },
    ...change,
  });
  return { ...run, sentence: sentenceOf(run.cells, run.listed) };
}

/** The history of Ruby bug #14372 with one ruby of every other kind. */
export const HISTORY: RunRecord = finished([
  clean('2.2.10'),
  ...series('2.3', 8).map((ruby) => ({ ...leak(ruby), blockSizes: [{ bytes: 56, perIteration: 1 }] })),
  ...series('2.4', 3).map((ruby) => leak(ruby)),
  clean('2.4.4'),
  clean('2.4.10'),
  inconclusive('2.5.0'),
  failed('2.5.3'),
  failed('2.6.0', {
    outcome: 'script-error',
    stage: 'loop',
    line: 3,
    message: "undefined method `foo' for nil (NoMethodError)\n<script>alert(1)</script>",
    output: '<img src=x onerror=alert(1)>\u001b[31mred\u001b[0m\n'.repeat(30),
    outputDroppedBytes: 1234,
  }),
]);

/** The same, explained: what leaks on two rubies, and every other kind of finding on one. */
export const EXPLAINED: RunRecord = finished(MANY_RUN.cells, {
  script: {
    name: 'repro.rb',
    sha256: '19256be9'.repeat(8),
    text: `${SCRIPT}CACHE[n] = n.to_s\n# 5\n# 6\nrequire filename\n# 8\nZlib::Deflate.new\n`,
  },
});

/** Four loops, one of which leaks on one ruby only and one of which never ran; tests with names of every kind. */
export const LOOPS: RunRecord = finished(
  [
    ...THREE_LOOPS.cells.map((cell) => ({
      ...cell,
      loops: [
        ...cell.loops,
        openLoop(12, { context: 'test_trace_points_of_methods_called_from_c_extensions' }),
        cleanLoop(12, { context: '<img src=x onerror=alert(1)> & "quoted"', kind: '<b>each</b>' }),
      ],
      warnings: ['sleeps at line 6 were shortened from 50 ms (--keep-sleep leaves them)'],
    })),
    failed('3.4.1'),
  ],
  {
    script: {
      ...THREE_LOOPS.script,
      text: `${THREE_LOOPS.script.text}\nTESTS.each { |test| 1000.times { test.call } }\n`,
    },
    listed: [...THREE_LOOPS.listed, '3.4.1'],
  },
);

/** Two rubies with two settings of two values each, compared. */
export const COMPARED: RunRecord = (() => {
  const { options } = record([]);
  const all = ['3.1.2', '3.3.8'].flatMap((ruby) => [
    repeated(leak(ruby), 64),
    repeated(clean(`${ruby}+arenas=default`), ruby === '3.1.2' ? 0 : 64, { residentBytes: 84e6 }),
    repeated(leak(`${ruby}+yjit`), 64, { microseconds: 8.2, residentBytes: 33e6 }),
    failed(`${ruby}+arenas=default+yjit`),
  ]);
  const run = finished(all, {
    options: { ...options, axes: { arenas: ['1', 'default'], jit: ['off', 'yjit'] } },
    listed: ['3.1.2', '3.3.8'],
  });
  return { ...run, comparison: compareRun(run) };
})();

/** A hundred rubies. */
export const HUNDRED: RunRecord = (() => {
  const listed = ['2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '3.0', '3.1', '3.2', '3.3'].flatMap((name) =>
    series(name, 9),
  );
  return finished(
    listed.map((ruby) => (ruby.startsWith('2.3') ? leak(ruby) : clean(ruby))),
    { listed },
  );
})();

/** Every release from 2.0 on, as they were measured from official images; two of its leaks are explained beside a clean one. */
export const WHOLE_MATRIX: RunRecord = (() => {
  const names = ['2.0', '2.1', '2.2', '2.3', '2.4', '2.5', '2.6', '2.7', '3.0', '3.1', '3.2', '3.3', '3.4'];
  const listed = names.flatMap((name) => series(name, 9)).slice(0, 129);
  const leaks = new Set([...series('2.3', 8), ...series('2.4', 3)]);
  const run = finished(
    listed.map((ruby) =>
      ruby === '2.3.6' || ruby === '2.4.3'
        ? explained(ruby, [native(), objects()])
        : ruby === '2.4.4'
          ? compared(ruby, [{ allocations: 5000, frees: 5000 }])
          : leaks.has(ruby)
            ? leak(ruby)
            : clean(ruby),
    ),
    { listed },
  );
  const cells = run.cells.map((cell) => {
    const description = `ruby ${cell.ruby}p384 (2017-12-14 revision 61254) [x86_64-linux]`;
    const digest = `ruby@sha256:${'19256be9'.repeat(8)}`;
    const { environment: place } = cell;
    return place === null
      ? cell
      : { ...cell, environment: { ...place, description, digest, image: `ruby:${cell.ruby}` } };
  });
  return { ...run, cells };
})();
