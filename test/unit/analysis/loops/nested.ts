import { NOT_READ } from '../../../not-read.ts';
import type { Sample } from '../../../../src/domain/measurement/sample.ts';
import { randomOf } from '../families/random.ts';

/** A nest of two loops: every iteration of the outer one runs `inner` iterations of the inner. */
export interface Nest {
  readonly inner: number;
  /** Slots that an iteration of each keeps. */
  readonly outerKeeps: number;
  readonly innerKeeps: number;
  /** Slots that an inner iteration holds until its outer iteration ends. */
  readonly holds?: number;
  readonly checkpoints?: number;
  /** Whether every other checkpoint falls inside an outer iteration. */
  readonly looksInside?: boolean;
}

/** Simulates the checkpoints of nested loops: loop 0 is the outer one, loop 1 the inner. */
export function nested(nest: Nest): readonly Sample[] {
  const { inner, outerKeeps, innerKeeps, holds = 0, checkpoints = 80, looksInside = true } = nest;
  const random = randomOf(7);
  return Array.from({ length: checkpoints }, (_, index) => {
    const outer = index * 25 + Math.floor(random.next() * 10);
    const phase = looksInside && index % 2 === 1 ? 1 + Math.floor(random.next() * (inner - 1)) : 0;
    const ran = outer * inner + phase;
    // What an outer iteration keeps, it keeps at its start.
    const kept = (outer + (phase > 0 ? 1 : 0)) * outerKeeps + ran * innerKeeps + phase * holds;
    return sampleOf(ran, kept, phase === 0 ? 'outer' : 'inner', index, [
      [0, outer],
      [1, ran],
    ]);
  });
}

export function sampleOf(
  iterations: number,
  slots: number,
  boundary: Sample['boundary'],
  index: number,
  loops: Sample['loops'],
): Sample {
  return {
    iterations,
    ...NOT_READ,
    stretch: 0,
    loops,
    boundary,
    afterMs: index * 30,
    loopMs: index * 25,
    liveSlots: 10_000 + Math.floor(slots),
    slotBytes: 400_000 + 40 * Math.floor(slots),
    mallocBytes: 4_000_000,
    mallocBlocks: 30_000,
    pageBytes: 65_536,
  };
}
