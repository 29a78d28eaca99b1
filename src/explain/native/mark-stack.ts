import type { NativeFinding } from '../../domain/leak/explanation.ts';
import { MARK_CHUNK_BYTES, mostMarkChunks } from '../../domain/measurement/mark-stack.ts';

/** Usable bytes of a chunk. */
const CHUNK = MARK_CHUNK_BYTES - 8;

/**
 * Leaves out the chunks of the collector's mark stack. Ruby asks for more of them when it has more objects to mark,
 * and keeps some: they are no part of what a script keeps, and no measured slope counts them. Blocks of that size that
 * a line of the script asked for, or that are more than its objects explain, stay.
 * @param slots live slots that were added in the same iterations
 */
export function withoutMarkStack(
  sites: readonly NativeFinding[],
  iterations: number,
  slots: number,
): readonly NativeFinding[] {
  const most = mostMarkChunks(slots);
  return sites.filter(
    ({ script, blockBytes, blocksPerIteration }) =>
      script !== null || blockBytes !== CHUNK || blocksPerIteration * iterations > most,
  );
}
