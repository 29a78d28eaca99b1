import type { Sample } from '../../domain/measurement/sample.ts';

/** Reads the iterations of a loop at a sample, over all its stretches. */
export const countAt = (sample: Sample, site: number): number =>
  sample.loops.find(([position]) => position === site)?.[1] ?? 0;

/**
 * Converts the samples of a stretch: iterations are counted by one loop, and times from the beginning of the
 * stretch.
 */
export function countedBy(samples: readonly Sample[], site: number): readonly Sample[] {
  const [first] = samples;
  if (first === undefined) return samples;
  const begin = countAt(first, site);
  return samples.map((sample) => ({
    ...sample,
    iterations: countAt(sample, site) - begin,
    afterMs: sample.afterMs - first.afterMs,
    loopMs: sample.loopMs - first.loopMs,
  }));
}

/** Counts the iterations of a loop during a stretch. */
export function iterationsOf(samples: readonly Sample[], site: number): number {
  const [first] = samples;
  const last = samples.at(-1);
  return first === undefined || last === undefined ? 0 : countAt(last, site) - countAt(first, site);
}

/** Counts that differ by no more than this share of the whole, at every sample, advance together. */
const IN_STEP = 0.02;

/**
 * Tells whether two loops advance together: then growth per iteration of one is growth per iteration of the
 * other.
 */
export function areProportional(samples: readonly Sample[], one: number, other: number): boolean {
  const [all, whole] = [iterationsOf(samples, one), iterationsOf(samples, other)];
  const [first] = samples;
  if (first === undefined || all === 0 || whole === 0) return false;
  const [a, b] = [countAt(first, one), countAt(first, other)];
  // Counts below a hundred may be off by part of a round at any sample.
  const allowed = Math.max(IN_STEP, 1.5 / Math.min(all, whole));
  return samples.every(
    (sample) => Math.abs((countAt(sample, one) - a) / all - (countAt(sample, other) - b) / whole) <= allowed,
  );
}
