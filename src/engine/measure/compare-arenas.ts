import { POLICY } from '../../analysis/policy.ts';
import { heldAtMost, residentInWords, threadsAllocate } from '../../analysis/resident.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import type { Limits } from '../../domain/ruby/ruby.ts';
import type { ArenaComparison } from '../../domain/measurement/verdict.ts';
import type { JudgedStretch } from './judge-loops.ts';
import type { PassPlan, PassResult } from './pass.ts';

/** Runs a container as the plan says, but for these. */
export type Run = (
  how: Pick<PassPlan, 'focus' | 'confirming' | 'policy'> & { readonly arenas: 'one' | 'many' },
  budgetSeconds: number,
) => Promise<PassResult>;

/** Longest time that the two containers run: what the allocator keeps shows soon. */
const MOST_SECONDS = 8;

/**
 * Tells what the allocator's arenas make of freed memory: where a clean ruby keeps much of it and several threads
 * allocate, two more containers run side by side, one with one arena and one with as many as the allocator likes.
 */
export async function compareArenas(
  cell: CellRecord,
  worst: JudgedStretch,
  { memoryMiB }: Limits,
  run: Run,
): Promise<CellRecord> {
  const { resident } = cell;
  const words = residentInWords(resident).at(-1);
  if (resident === null || cell.verdict !== 'clean' || words === undefined) return cell;
  if (!threadsAllocate(worst.samples)) return cell;
  const { site, context } = worst.stretch;
  const how = { focus: { site, context }, confirming: false, policy: POLICY };
  const seconds = Math.min(MOST_SECONDS, Math.max(2, worst.pass.seconds));
  const [one, many] = await Promise.all(
    (['one', 'many'] as const).map((arenas) => run({ ...how, arenas }, seconds)),
  );
  const arenas = comparisonOf(one, many, memoryMiB);
  if (arenas === null) return cell;
  const reworded = residentInWords({ ...resident, arenas }).at(-1) ?? words;
  const withArenas = (message: string | null): string | null => message?.replace(words, reworded) ?? null;
  return {
    ...cell,
    resident: { ...resident, arenas },
    message: withArenas(cell.message),
    loops: cell.loops.map((loop) => ({ ...loop, message: withArenas(loop.message) })),
  };
}

function comparisonOf(
  one: PassResult | undefined,
  many: PassResult | undefined,
  memoryMiB: number,
): ArenaComparison | null {
  if (one === undefined || many === undefined || one.failure !== null) return null;
  const oneBytes = heldAtMost(one.trace.samples);
  // What the arenas keep may be all the memory there is: that is an answer, too.
  if (many.failure?.kind === 'out-of-memory')
    return { oneBytes, manyBytes: memoryMiB * 2 ** 20, manyOutOfMemory: true };
  const manyBytes = heldAtMost(many.trace.samples);
  if (many.failure !== null || oneBytes === 0 || manyBytes === 0) return null;
  return { oneBytes, manyBytes, manyOutOfMemory: false };
}
