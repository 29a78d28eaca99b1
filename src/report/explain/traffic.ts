import type { Comparison, Explanation, NativeFinding, ObjectFinding } from '../../domain/leak/explanation.ts';
import { sameSite } from '../../explain/native/same-site.ts';

/** What is allocated and freed at the place of a finding, in so many iterations. */
export interface Traffic {
  readonly allocations: number;
  readonly frees: number;
  readonly iterations: number;
}

/** Things that can be counted as they are allocated. */
export type Counted = NativeFinding | ObjectFinding;

/** Blocks and objects that may be in use at any moment: they come and go. */
const IN_USE = 2;
/** Least share of the objects that stay which have to be counted as they are made, for the counts to be of them. */
const LEAST_COUNTED = 0.9;

/** Counts what passes through the place of a finding where it leaks; null where that is not known. */
export function trafficOf(finding: Counted, explanation: Explanation): Traffic | null {
  if (finding.kind === 'native') {
    const { allocations, frees } = finding;
    const { iterations } = explanation;
    return allocations === 0 || iterations === 0 ? null : { allocations, frees, iterations };
  }
  const there = madeAt(finding, explanation);
  if (there === null) return null;
  const stay = keptThere(finding, explanation) * there.iterations;
  if (stay === 0 || there.objects < LEAST_COUNTED * stay) return null;
  const frees = Math.round(there.objects - stay);
  return { allocations: there.objects, frees: frees <= IN_USE ? 0 : frees, iterations: there.iterations };
}

/**
 * Counts what a clean cell allocates and frees at the place of a finding; null where that is not known.
 * @param finding as it is placed in the script of the clean cell
 */
export function trafficAt(finding: Counted, clean: Explanation): Traffic | null {
  if (finding.kind === 'objects') {
    const there = madeAt(finding, clean);
    // That it frees all of them follows from its verdict.
    return there === null
      ? null
      : { allocations: there.objects, frees: there.objects, iterations: there.iterations };
  }
  const there = clean.comparisons.filter((one) => sameSite(finding, one));
  return there.length === 0 ? null : { ...summed(there), iterations: clean.iterations };
}

/**
 * Calculates the share of a finding in all objects of its class that stay at its line: what is freed there is counted for
 * all of them together.
 */
export function shareThere(finding: ObjectFinding, explanation: Explanation): number {
  const all = keptThere(finding, explanation);
  return all > 0 ? finding.objectsPerIteration / all : 0;
}

/** What the objects of a finding count as in bytes, without the memory behind them. */
export function slotBytes({ bytesPerIteration, objectsPerIteration, buffers }: ObjectFinding): number {
  const behind = buffers.reduce((sum, one) => sum + one.bytesPerIteration, 0);
  return objectsPerIteration > 0 ? Math.max(0, bytesPerIteration - behind) / objectsPerIteration : 0;
}

function keptThere(finding: ObjectFinding, { findings }: Explanation): number {
  const same = findings.filter((one) => one.kind === 'objects' && isThere(finding, one));
  return same.reduce((sum, one) => sum + (one.kind === 'objects' ? one.objectsPerIteration : 0), 0);
}

function madeAt(
  finding: ObjectFinding,
  { made }: Explanation,
): { readonly objects: number; readonly iterations: number } | null {
  const there = made?.places.find((one) => isThere(finding, one));
  return made === undefined || there === undefined || made.iterations === 0
    ? null
    : { objects: there.objects, iterations: made.iterations };
}

const isThere = (
  a: Pick<ObjectFinding, 'script' | 'className'>,
  b: Pick<ObjectFinding, 'script' | 'className'>,
): boolean =>
  a.script !== null &&
  a.script.file === b.script?.file &&
  a.script.line === b.script.line &&
  a.className === b.className;

/** Adds up the counts of several stacks, which may be one site to a reader. */
function summed(there: readonly Comparison[]): Omit<Traffic, 'iterations'> {
  return {
    allocations: there.reduce((sum, one) => sum + one.allocations, 0),
    frees: there.reduce((sum, one) => sum + one.frees, 0),
  };
}

/** Counts what is kept; a negative number counts as none, and so does what may be in use. */
export function keptOf({ allocations, frees }: Pick<Traffic, 'allocations' | 'frees'>): number {
  const left = allocations - frees;
  return left <= IN_USE ? 0 : left;
}
