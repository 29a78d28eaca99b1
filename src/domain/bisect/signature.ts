import { grouped, reportedSlope, sameLeak } from '../run/leak-groups.ts';
import type { BlockSizeGrowth, LoopRecord } from '../run/record.ts';

/** What a cell shows of a leak. */
export type Judgement = Pick<LoopRecord, 'verdict' | 'cause' | 'growth' | 'code'> & {
  /** Sizes of the blocks whose number grows; empty where they are not known. */
  readonly blockSizes: readonly BlockSizeGrowth[];
};

/** Objects are counted one by one, so their number distinguishes leaks. */
const SAME_NUMBER = { share: 0.1, slots: 0.02 };
/** Ratio of sizes that still count as one size: a struct gains a field between releases. */
const SAME_SIZE = 1.4;
/**
 * Leaks whose rate depends on how long they were measured: a buffer that doubles, or growth that slows down.
 */
const NO_RATE = ['leak-steps', 'leak-slowing'];

/**
 * Tells whether two releases have the same leak: the same cause, and as many objects or blocks of about the
 * same size per iteration.
 */
function sameSignature(a: Judgement, b: Judgement): boolean {
  if (a.cause !== b.cause) return false;
  if (NO_RATE.includes(a.code ?? '') || NO_RATE.includes(b.code ?? '')) return true;
  if (a.growth === null || b.growth === null) return true;
  if (a.cause === 'outside-malloc') return sameLeak(a, b);
  const number = a.cause === 'objects' ? 'liveSlots' : 'blocks';
  const [few, many] = [a.growth[number].perIteration, b.growth[number].perIteration].toSorted(
    (x, y) => x - y,
  );
  const isSameNumber =
    (many ?? 0) - (few ?? 0) <= Math.max(SAME_NUMBER.slots, SAME_NUMBER.share * (many ?? 0));
  if (!isSameNumber) return false;
  return sameLeak(a, b) ? sameBlocks(a, b) : ratio(bytesOf(a), bytesOf(b)) <= SAME_SIZE;
}

const bytesOf = (of: Judgement): number => reportedSlope(of)?.perIteration ?? 0;

/**
 * Compares number and size of blocks: leaks of one rate can be one block of 96 bytes, or a smaller and a
 * larger one.
 */
function sameBlocks(a: Judgement, b: Judgement): boolean {
  const [sizeA, sizeB] = [largest(a), largest(b)];
  return sizeA === null || sizeB === null || ratio(sizeA, sizeB) <= SAME_SIZE;
}

const ratio = (a: number, b: number): number => Math.max(a, b) / Math.max(1e-9, Math.min(a, b));

/** Finds the size of the blocks that most of the bytes are in. */
function largest({ blockSizes }: Judgement): number | null {
  const [first] = blockSizes.toSorted((a, b) => b.bytes * b.perIteration - a.bytes * a.perIteration);
  return first?.bytes ?? null;
}

/** Groups leaks that are the same, in order. A leak that changes a little with every release stays one. */
export const signatureGroups = <T extends Judgement>(leaks: readonly T[]): readonly (readonly T[])[] =>
  grouped(leaks, (group, leak) => group.some((other) => sameSignature(other, leak)));
