import type { Explanation } from '../../domain/leak/explanation.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import type { ExplainSettings } from '../../protocol/supervisor-env.ts';

/** Times that a leak should happen in the shortest window. */
const TIMES = 8;
/** Iterations after which one-off growth at the beginning should be over. */
const SETTLED = 1000;
/**
 * Iterations after which blocks have the size that they keep: the first thousands fill holes that are a little larger.
 * Only where they take no longer than this at the speed that was measured.
 */
const EVEN = 4000;
const EVEN_MS = 40;
/** The warm-up takes no longer than this at the speed that was measured. */
const LONGEST_MS = 400;

/**
 * Calculates the iterations of the shortest window, in which a leak on every hundredth iteration has to show.
 */
export function leastIterations(cell: CellRecord): number {
  const { growth, microsecondsPerIteration } = cell;
  const rates = [growth?.blocks.perIteration ?? 0, growth?.liveSlots.perIteration ?? 0].filter(
    (rate) => rate > 0,
  );
  const settled = settledAfter(cell);
  const wanted = rates.length === 0 ? settled : Math.max(settled, TIMES / Math.max(...rates));
  const bearable =
    microsecondsPerIteration === null ? SETTLED : (LONGEST_MS * 1000) / microsecondsPerIteration;
  return Math.max(1, Math.ceil(Math.min(wanted, bearable)));
}

function settledAfter({ cause, microsecondsPerIteration: microseconds }: CellRecord): number {
  if (cause !== 'native' || microseconds === null) return SETTLED;
  return Math.max(SETTLED, Math.min(EVEN, (EVEN_MS * 1000) / microseconds));
}

/** New objects that are enough in the shortest window: heap dumps with many more take long. */
const ENOUGH_OBJECTS = { objects: 500, native: 5_000 };
/** Iterations in which one growing object has doubled often. */
const ENOUGH_ITERATIONS = { least: 300, most: 20_000 };

/**
 * Part of the memory that a leak may have taken when the warm-up is over: at the last mark it has taken four times as
 * much.
 */
const SHARE_OF_MEMORY = 16;

/**
 * Calculates the iterations that are enough for an explanation; null where there is room for more, which make
 * it clearer.
 */
export function enoughIterations(
  { growth, cause }: CellRecord,
  inspects: ExplainSettings['inspects'],
  memoryMiB: number,
): number | null {
  const slots = growth?.liveSlots.perIteration ?? 0;
  const bytes = growth?.malloc.perIteration ?? 0;
  if (cause !== 'objects') {
    const room = (memoryMiB * 2 ** 20) / SHARE_OF_MEMORY;
    return bytes >= 1 ? Math.max(1, Math.floor(room / bytes)) : null;
  }
  const wanted = slots > 0 ? ENOUGH_OBJECTS[inspects] / slots : ENOUGH_ITERATIONS.most;
  return Math.ceil(Math.min(Math.max(wanted, ENOUGH_ITERATIONS.least), ENOUGH_ITERATIONS.most * 5));
}

/** Iterations from the first mark to the last, in warm-ups: marks are made after n, 2n and 4n iterations. */
const WINDOWS = 3;

/**
 * Calculates the iterations that are enough for a comparison: as many as the leaks that it is compared with were seen in;
 * null where there is none.
 */
export function enoughToCompare(leaks: readonly Explanation[]): number | null {
  const most = Math.max(0, ...leaks.map(({ iterations }) => iterations));
  return most === 0 ? null : Math.max(SETTLED, Math.ceil(most / WINDOWS));
}
