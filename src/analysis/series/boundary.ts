import type { Sample } from '../../domain/measurement/sample.ts';

/** Outermost iterations that have to end before a leak inside of them is known to outlive them. */
const OUTER_NEEDED = 3;
const ENOUGH_OUTER = 24;
/** Fewer of them do where readings inside of an iteration scatter by so many times as much. */
const FEW_OUTER = 8;
const MORE_SCATTER = 4;

const outerOf = (samples: readonly Sample[]): readonly Sample[] =>
  samples.filter(({ boundary }) => boundary === 'outer');

/** Checkpoints between outermost iterations compare like with like; inner ones only serve while those are few. */
export function comparable(samples: readonly Sample[]): readonly Sample[] {
  const outer = outerOf(samples);
  if (outer.length >= ENOUGH_OUTER || outer.length === samples.length) return outer;
  const inner = samples.filter(({ boundary }) => boundary === 'inner');
  return outer.length >= FEW_OUTER && stepOf(inner) > MORE_SCATTER * stepOf(outer) ? outer : samples;
}

/** Mean difference of neighbouring readings, in bytes either way. */
function stepOf(samples: readonly Sample[]): number {
  const live = samples.map(({ mallocBytes, slotBytes }) => mallocBytes + slotBytes);
  const steps = live.slice(1).map((bytes, i) => Math.abs(bytes - (live[i] ?? bytes)));
  return steps.reduce((sum, step) => sum + step, 0) / Math.max(1, steps.length);
}

/**
 * Returns whether growth of `rate` bytes per iteration, seen inside long outermost iterations, is still there when
 * they have ended: what one of them gathers (`list = []; 100_000.times { list << … }`) is freed at its end. Null
 * while too few have ended.
 */
export function outlivesOuter(samples: readonly Sample[], rate: number): boolean | null {
  if (comparable(samples).length < samples.length || samples.every(({ boundary }) => boundary === 'outer'))
    return true;
  const outer = outerOf(samples);
  const [, first] = outer;
  const last = outer.at(-1);
  if (first === undefined || last === undefined || outer.length < OUTER_NEEDED) return null;
  const rise = last.mallocBytes + last.slotBytes - first.mallocBytes - first.slotBytes;
  return rise / (last.iterations - first.iterations) >= rate / 2;
}
