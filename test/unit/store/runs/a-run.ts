import { NOT_READ } from '../../../not-read.ts';
import type { CellRecord, RunRecord } from '../../../../src/domain/run/record.ts';
import type { StoredTrace } from '../../../../src/engine/ports.ts';
import type { Slope } from '../../../../src/domain/measurement/verdict.ts';
import { cellNamed } from '../../domain/cell-named.ts';
import { RECORDED_OPTIONS } from '../../domain/run/recorded-options.ts';

function slope(unit: Slope['unit'], perIteration: number): Slope {
  return { perIteration, low: perIteration - 0.5, high: perIteration + 0.5, unit };
}

/** Makes a measured cell with every field filled in. */
export function aCell(cell: string): CellRecord {
  return {
    ...cellNamed(cell),
    state: 'done',
    outcome: 'measured',
    stage: 'finish',
    verdict: 'leak',
    cause: 'native',
    confidence: 0.99,
    growth: {
      malloc: slope('bytes', 64),
      blocks: slope('blocks', 1),
      liveSlots: slope('slots', 0),
      heap: slope('bytes', 61.2),
      rss: null,
      pss: null,
    },
    iterations: 64_000,
    checkpoints: 64,
    seconds: 1.9,
    microsecondsPerIteration: 24.9,
    smallestDetectable: 0.4,
    blockSizes: [{ bytes: 56, perIteration: 1 }],
    confirmed: true,
    loops: [],
    host: { name: 'one', processor: 'Xeon', kernel: '6.1' },
    environment: {
      description: 'ruby 2.3.6p384',
      image: 'ruby:2.3.6',
      digest: 'sha256:0',
      source: 'official',
      packages: [],
      os: 'Debian 9',
      libc: 'glibc 2.24',
      allocator: 'glibc malloc',
      arch: 'x86_64',
      workdir: '/home',
      runtime: null,
      gems: null,
    },
    code: 'leak-linear',
    message: 'linear through iteration 64,000',
    line: null,
    warnings: [],
    output: '…\u0000\u001b[31m\ud83d\ude00',
    outputDroppedBytes: 0,
    resident: null,
    explanation: null,
    repeats: null,
    fingerprint: null,
    from: null,
  };
}

export function aRun(id: string, changes: Partial<RunRecord> = {}): RunRecord {
  return {
    schema: 1,
    basedOn: null,
    variants: [],
    comparison: [],
    id,
    createdAt: `${id.slice(0, 4)}-${id.slice(4, 6)}-${id.slice(6, 8)}T00:00:00.000Z`,
    finishedAt: null,
    state: 'running',
    script: { name: 'repro.rb', sha256: 'ab', text: '1000.times { }\n' },
    loop: { line: 1, unitLine: 1, kinds: ['times'], otherLines: [] },
    options: RECORDED_OPTIONS,
    listed: ['2.3.6', '2.3.7'],
    sentence: null,
    leaking: [],
    clean: [],
    inconclusive: [],
    unmeasured: [],
    cells: [aCell('2.3.6')],
    bisect: null,
    notes: [],
    ...changes,
  };
}

export function aTrace(id: string, pass: StoredTrace['pass'] = 'measure'): StoredTrace {
  const { id: cell, ruby } = cellNamed(id);
  return {
    cell,
    ruby,
    pass,
    samples: [
      {
        iterations: 1000,
        ...NOT_READ,
        stretch: 0,
        loops: [[0, 1000]],
        boundary: 'outer',
        afterMs: 1.5,
        loopMs: 1.2,
        liveSlots: 20_000,
        slotBytes: 800_000,
        mallocBytes: 123_456,
        mallocBlocks: 400,
        pageBytes: 65_536,
        rssBytes: 1,
      },
    ],
    histograms: [{ iterations: 1000, sizes: [[56, 12]] }],
  };
}
