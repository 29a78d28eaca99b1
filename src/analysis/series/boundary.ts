import { liveBytes, type Sample } from '../../domain/measurement/sample.ts';

/** Number of outermost iterations that have to end before a leak inside is known to outlive them. */
const OUTER_NEEDED = 3;
const ENOUGH_OUTER = 24;
/** Factor of scatter inside of iterations from which fewer checkpoints between them are enough. */
const FEW_OUTER = 8;
const MORE_SCATTER = 4;

const outerOf = (samples: readonly Sample[]): readonly Sample[] =>
  samples.filter(({ boundary }) => boundary === 'outer');

/**
 * Selects comparable samples: those between outermost iterations; inner ones are used only while there are
 * few of those.
 */
export function comparable(samples: readonly Sample[]): readonly Sample[] {
  const outer = outerOf(samples);
  if (outer.length >= ENOUGH_OUTER || outer.length === samples.length) return outer;
  const inner = samples.filter(({ boundary }) => boundary === 'inner');
  return outer.length >= FEW_OUTER && stepOf(inner) > MORE_SCATTER * stepOf(outer) ? outer : samples;
}

/** Calculates the mean difference of neighbouring readings, in bytes. */
function stepOf(samples: readonly Sample[]): number {
  const live = samples.map(liveBytes);
  const steps = live.slice(1).map((bytes, i) => Math.abs(bytes - (live[i] ?? bytes)));
  return steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length);
}

/**
 * Tells whether growth of `rate` bytes per iteration, seen inside long outermost iterations, remains after
 * their end: what one of them gathers (`list = []; 100_000.times { list << … }`) is freed then. Null while
 * too few have ended.
 */
export function outlivesOuter(samples: readonly Sample[], rate: number): boolean | null {
  if (comparable(samples).length < samples.length || samples.every(({ boundary }) => boundary === 'outer'))
    return true;
  const outer = outerOf(samples);
  const [, first] = outer;
  const last = outer.at(-1);
  if (first === undefined || last === undefined || outer.length < OUTER_NEEDED) return null;
  const rise = liveBytes(last) - liveBytes(first);
  return rise / (last.iterations - first.iterations) >= rate / 2;
}
