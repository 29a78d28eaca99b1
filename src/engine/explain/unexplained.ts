import type { Explanation } from '../../domain/leak/explanation.ts';

/** An explanation that found nothing; `note` says why. */
export const unexplained = (role: Explanation['role'], note: string): Explanation => ({
  role,
  findings: [],
  comparisons: [],
  iterations: 0,
  measured: null,
  accountedFor: null,
  oneInBlocks: 1,
  slowdown: null,
  seconds: 0,
  notes: [note],
});
