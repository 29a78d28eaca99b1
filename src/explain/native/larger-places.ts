import type { NativeFinding } from '../../domain/leak/explanation.ts';

/** Growth of the number of live blocks of one usable size, where a leak was measured. */
interface SizeGrowth {
  readonly bytes: number;
  readonly perIteration: number;
}

/** Bytes by which a free place may be larger than what is asked for: what is left over would be too small for a block. */
const LARGER = 16;
/** Share by which the number of blocks may differ where they are the same ones. */
const SAME = 0.01;

/**
 * Takes the bytes of a site's blocks from where the leak was measured. A block that is put into a hole may get a place
 * that is a little larger than others; how many do depends on what else was freed, so on how often the collector ran.
 * Only where it is plain which blocks they are: no other site has blocks of these sizes, and their numbers agree.
 * @param measured growth by usable size, in the containers that measured
 * @param overhead bytes that the allocator adds to each block
 */
export function inMeasuredPlaces(
  sites: readonly NativeFinding[],
  measured: readonly SizeGrowth[],
  overhead: number,
): readonly NativeFinding[] {
  return sites.map((site) => {
    const { blockBytes, blocksPerIteration } = site;
    if (blockBytes === null || site.grows) return site;
    // The usual size of the traced ones may be that of the larger places.
    const isNear = (bytes: number): boolean => Math.abs(bytes - blockBytes) <= LARGER;
    const others = sites.some((one) => one !== site && (one.blockBytes === null || isNear(one.blockBytes)));
    const blocks = measured.filter(({ bytes }) => isNear(bytes));
    const count = blocks.reduce((sum, { perIteration }) => sum + perIteration, 0);
    const sizes = blocks.map(({ bytes }) => bytes);
    const isOneSize = Math.max(...sizes) - Math.min(...sizes) <= LARGER;
    if (others || blocks.length < 2 || !isOneSize || Math.abs(count / blocksPerIteration - 1) > SAME)
      return site;
    const bytes = blocks.reduce((sum, one) => sum + (one.bytes + overhead) * one.perIteration, 0);
    return { ...site, bytesPerIteration: (bytes * blocksPerIteration) / count };
  });
}
