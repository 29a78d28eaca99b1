import type { Repeat } from '../../domain/measurement/repeats.ts';
import type { Sample } from '../../domain/measurement/sample.ts';
import { slopesOf } from '../growth.ts';
import { countedBy } from '../loops/counts.ts';
import { comparable } from '../series/boundary.ts';
import { withoutMarkStack } from '../series/mark-stack.ts';
import { meanOf } from './difference.ts';

/**
 * Reads what one container showed of a loop; null where it ran too few iterations.
 * @param site position of the loop in the script's list of loops
 */
export function readRepeat(all: readonly Sample[], site: number): Repeat | null {
  const samples = comparable(withoutMarkStack(countedBy(all, site)));
  const iterations = samples.at(-1)?.iterations ?? 0;
  const slopes = slopesOf(samples);
  const microseconds = timeOf(samples);
  if (iterations === 0 || slopes === null || microseconds === null) return null;
  const half = samples.filter((sample) => sample.iterations > iterations / 2);
  const resident = half.flatMap(({ untrimmedBytes, rssBytes }) => untrimmedBytes ?? rssBytes ?? []);
  return {
    iterations,
    ...slopes,
    microseconds,
    residentBytes: resident.length === 0 ? null : meanOf(resident),
  };
}

/** Share of a stretch that waiting for a processor may take off its time. */
const MOST_WAITING = 0.9;

/**
 * Measures the microseconds of an iteration in the second half, between checkpoints and without waiting for a
 * processor. Undisturbed parts are found by the fastest quarter. Null where there are none.
 */
function timeOf(samples: readonly Sample[]): number | null {
  const last = samples.at(-1)?.iterations ?? 0;
  const stretches = samples.flatMap((sample, index) => {
    const before = samples[index - 1];
    if (before === undefined || sample.iterations <= last / 2 || sample.iterations <= before.iterations)
      return [];
    const elapsed = sample.afterMs - before.afterMs;
    const waited = (sample.waitedMs ?? 0) - (before.waitedMs ?? 0);
    const running = elapsed <= 0 ? 1 : 1 - Math.min(MOST_WAITING, Math.max(0, waited / elapsed));
    const count = sample.iterations - before.iterations;
    return [{ count, each: ((sample.loopMs - before.loopMs) * 1_000 * running) / count }];
  });
  return quartileOf(stretches);
}

/** Finds the value below which a quarter of all iterations is. */
function quartileOf(stretches: readonly { readonly count: number; readonly each: number }[]): number | null {
  const sorted = stretches.toSorted((a, b) => a.each - b.each);
  const all = sorted.reduce((sum, { count }) => sum + count, 0);
  let below = 0;
  for (const { count, each } of sorted) {
    below += count;
    if (below >= all / 4) return each;
  }
  return null;
}
