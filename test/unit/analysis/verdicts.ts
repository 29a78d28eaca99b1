import type { Cause, Growth, Slope, Verdict } from '../../../src/domain/measurement/verdict.ts';

const slope = (unit: Slope['unit'], perIteration: number, half = perIteration / 100): Slope => ({
  perIteration,
  low: perIteration - half,
  high: perIteration + half,
  unit,
});

/** Makes growth of so many live bytes per iteration, in blocks of 64 bytes. */
export const growing = (bytes: number, half?: number): Growth => ({
  malloc: slope('bytes', bytes, half),
  blocks: slope('blocks', bytes / 64),
  liveSlots: slope('slots', 0),
  heap: null,
  rss: null,
  pss: null,
});

export const leak = (
  bytes: number,
  half?: number,
  cause: Cause = 'native',
): Extract<Verdict, { kind: 'leak' }> => ({
  kind: 'leak',
  cause,
  shape: 'linear',
  growth: growing(bytes, half),
  confidence: 0.99,
  smallestDetectable: 0.1,
  resident: null,
  evidence: 'linear through iteration 40,000',
});
