import type { Explanation } from '../../domain/leak/explanation.ts';

/** Makes an explanation without findings; `notes` give the reason. */
export const unexplained = (role: Explanation['role'], ...notes: readonly string[]): Explanation => ({
  role,
  findings: [],
  comparisons: [],
  iterations: 0,
  measured: null,
  accountedFor: null,
  oneInBlocks: 1,
  slowdown: null,
  seconds: 0,
  notes,
});
