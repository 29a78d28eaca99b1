import type { NativeFinding, NativeFrame } from '../../domain/leak/explanation.ts';
import type { HeapFinding } from '../heap/types.ts';
import { functionOf, isAllocator } from './frame-kinds.ts';

/** Share of a site's memory that may be missing from what objects say they own. */
const SLACK = 0.1;

/** What the collector calls, once it is done, to move tables; exported, so that stripped rubies name it, too. */
const AFTERWARDS = 'rb_postponed_job_flush';
const MOVES = /transient_heap/;

/**
 * Tells whether the collector requested a block, to move a table of an object into it. From 2.6 to 3.2 tables of small
 * hashes, arrays and objects begin on a heap of Ruby's own, and are moved to malloc once their owner survives.
 */
function isMovedTable({ stack }: NativeFinding): boolean {
  if (stack.some((frame) => MOVES.test(functionOf(frame) ?? ''))) return true;
  const end = stack.findIndex((frame) => functionOf(frame) === AFTERWARDS);
  return end > 0 && stack.slice(0, end).every(isNameless);
}

const isNameless = (frame: NativeFrame): boolean => frame.function === null || isAllocator(frame);

/** Memory of sites that belongs to objects, and what is left of the sites. */
interface Shared {
  /** For each object, in their order. */
  readonly tables: readonly (readonly NativeFinding[])[];
  readonly rest: readonly NativeFinding[];
}

/**
 * Gives tables that the collector moved to the objects that own them: as much to each as it owns beyond its slot and
 * the blocks it has already.
 * @param objects objects that stay, each with the bytes of blocks that it has already
 */
export function shareMovedTables(
  objects: readonly { readonly kept: HeapFinding; readonly has: number }[],
  sites: readonly NativeFinding[],
): Shared {
  const moved = sites.filter(isMovedTable);
  const missing = objects.map(({ kept, has }) =>
    Math.max(0, kept.memsizePerIteration - kept.bytesPerIteration - has),
  );
  const wanted = sum(missing);
  const there = sum(moved.map(askedBytes));
  if (wanted === 0 || there === 0) return { tables: objects.map(() => []), rest: sites };
  const covered = wanted >= there * (1 - SLACK) ? 1 : wanted / there;
  const tables = missing.map((bytes) =>
    bytes === 0 ? [] : moved.map((site) => partOf(site, (covered * bytes) / wanted)),
  );
  const rest = sites.flatMap((site) => {
    if (!moved.includes(site)) return [site];
    return covered === 1 ? [] : [partOf(site, 1 - covered)];
  });
  return { tables, rest };
}

const sum = (all: readonly number[]): number => all.reduce((total, one) => total + one, 0);

/** Calculates bytes per iteration as the object counts them: without what the allocator adds. */
const askedBytes = ({ blockBytes, blocksPerIteration, bytesPerIteration }: NativeFinding): number =>
  blockBytes === null ? bytesPerIteration : Math.min(bytesPerIteration, blockBytes * blocksPerIteration);

const partOf = (site: NativeFinding, share: number): NativeFinding => ({
  ...site,
  bytesPerIteration: site.bytesPerIteration * share,
  blocksPerIteration: site.blocksPerIteration * share,
  allocations: Math.round(site.allocations * share),
  frees: Math.round(site.frees * share),
});
