import type { CellId } from '../../../src/domain/cell/cell-id.ts';
import type { Environment } from '../../../src/domain/measurement/outcome.ts';
import type { CellRecord, RunRecord } from '../../../src/domain/run/record.ts';
import type { Cause, Growth, Slope } from '../../../src/domain/measurement/verdict.ts';
import { queuedCell } from '../../../src/engine/measure/cell-record.ts';
import { cellNamed } from '../domain/cell-named.ts';
import { RECORDED_OPTIONS } from '../domain/run/recorded-options.ts';

/** Every release of a few series, as a matrix lists them. */
export const LISTED: readonly string[] = [
  ...series('2.2', 10),
  ...series('2.3', 8),
  ...series('2.4', 10),
  ...series('2.5', 9),
  ...series('2.6', 3),
];

export function series(name: string, last: number): readonly string[] {
  return Array.from({ length: last + 1 }, (_, patch) => `${name}.${patch}`);
}

export function slope(perIteration: number, half = 0.05, unit: Slope['unit'] = 'bytes'): Slope {
  return { perIteration, low: perIteration - half, high: perIteration + half, unit };
}

function growth(bytes: number, slots = 0): Growth {
  return {
    malloc: slope(bytes),
    blocks: slope(1, 0.01, 'blocks'),
    liveSlots: slope(slots, 0.01, 'slots'),
    heap: null,
    rss: slope(bytes * 1.1, 5),
    pss: null,
  };
}

/** Makes a measured cell without a verdict. */
function blank(cell: string): CellRecord {
  return {
    ...queuedCell(cellNamed(cell)),
    state: 'done',
    outcome: 'measured',
    confidence: 0.99,
    iterations: 64_000,
    checkpoints: 64,
    seconds: 1.9,
    microsecondsPerIteration: 24.9,
    smallestDetectable: 0.4,
  };
}

export function leak(cell: string, bytes = 64, cause: Cause = 'native', slots = 0): CellRecord {
  const [code, message] = ['leak-linear', 'linear through iteration 64,000'] as const;
  return {
    ...blank(cell),
    verdict: 'leak',
    cause,
    growth: growth(bytes, slots),
    confirmed: true,
    code,
    message,
  };
}

export function clean(cell: string, smallestDetectable = 0.4): CellRecord {
  return {
    ...blank(cell),
    verdict: 'clean',
    growth: growth(0),
    smallestDetectable,
    code: 'clean-flat',
  };
}

export function inconclusive(cell: string): CellRecord {
  const message = 'still settling at the end of the budget; --budget 120 gives it longer';
  return {
    ...blank(cell),
    verdict: 'inconclusive',
    growth: growth(3),
    code: 'budget-ended',
    message,
  };
}

export function failed(cell: string, change: Partial<CellRecord> = {}): CellRecord {
  return {
    ...blank(cell),
    outcome: 'image-unavailable',
    stage: 'image',
    iterations: 0,
    checkpoints: 0,
    seconds: 0,
    microsecondsPerIteration: null,
    smallestDetectable: null,
    code: 'image-unavailable',
    message: 'ruby:9.9.9 is not here and no registry answers',
    ...change,
  };
}

export function environment(os: string, libc: string): Environment {
  return {
    description: 'ruby',
    image: 'ruby:2.3.6',
    digest: 'sha256:0',
    source: 'official',
    packages: [],
    os,
    libc,
    allocator: 'glibc malloc',
    arch: 'x86_64',
    workdir: '/w',
    runtime: null,
    gems: null,
  };
}

export function record(cells: readonly CellRecord[], change: Partial<RunRecord> = {}): RunRecord {
  const named = (verdict: CellRecord['verdict']): readonly CellId[] =>
    cells.filter((cell) => cell.verdict === verdict && cell.outcome === 'measured').map((cell) => cell.id);
  return {
    schema: 1,
    variants: [],
    comparison: [],
    id: '20261123-071502-repro-3f9a2c',
    createdAt: '2026-11-23T07:15:02.000Z',
    finishedAt: '2026-11-23T07:15:12.000Z',
    state: 'done',
    basedOn: null,
    script: { name: 'repro.rb', sha256: '0'.repeat(64), text: 'loop { }\n' },
    loop: null,
    options: RECORDED_OPTIONS,
    listed: LISTED,
    sentence: null,
    leaking: named('leak'),
    clean: named('clean'),
    inconclusive: named('inconclusive'),
    unmeasured: cells.filter((cell) => cell.outcome !== 'measured').map((cell) => cell.id),
    bisect: null,
    cells,
    notes: [],
    ...change,
  };
}

/** A cell whose script raised an exception in its third line. */
export const RAISED = failed('2.4.10', {
  outcome: 'script-error',
  stage: 'setup',
  line: 3,
  message: 'undefined method `foo`\nfor nil',
});
