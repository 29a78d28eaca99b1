import type { Sample } from '../../domain/measurement/sample.ts';
import type { Verdict } from '../../domain/measurement/verdict.ts';
import { comparable } from '../series/boundary.ts';
import { creepingRate } from '../series/creeping.ts';
import { judge, type Circumstances } from '../judge.ts';
import { worthARate, type Policy } from '../policy.ts';
import { areProportional, countedBy, iterationsOf } from './counts.ts';

/** A verdict over one stretch, and the loop whose iterations it is about. */
export interface StretchVerdict {
  readonly verdict: Verdict;
  /** Position of the loop that the growth is counted by. */
  readonly by: number;
}

/**
 * Most loops that are judged besides the outermost, of those that advance on their own; more would only cost
 * time.
 */
const MOST_ASKED = 3;
/**
 * Half a slot: one object per iteration of the outermost loop must not hide behind the many iterations
 * inside.
 */
const HIDDEN_BYTES = 20;
/** An outermost loop of fewer iterations is clean with any bound, however wide. */
const OFTEN = 100;
/** A loop of fewer iterations has no slope. */
const FEWEST = 10;

/**
 * Judges the samples of one stretch; null while it is not settled. `root` is its outermost loop, `inside` the loops
 * that ran during it. Growth may be a line over one loop's iterations and a curve over another's, so each loop that
 * does not advance in step with the outermost is judged as well, and the outermost itself: a line over any of them is
 * a leak. Nor is the stretch clean while an object stays in every so many iterations of the outermost loop, however many
 * iterations run inside of each.
 */
export function judgeStretch(
  samples: readonly Sample[],
  root: number,
  inside: readonly number[],
  where: Circumstances,
  policy: Policy,
): StretchVerdict | null {
  const { main, others } = clocksOf(samples, root, inside);
  const first = judge(countedBy(samples, main), where, policy);
  if (first?.kind === 'leak') return { verdict: first, by: main };
  let own: Verdict | null = null;
  for (const by of others) {
    const verdict = judge(countedBy(samples, by), where, policy);
    if (verdict?.kind === 'leak') return { verdict, by };
    if (by === root) own = verdict;
  }
  if (first === null) return null;
  const ofRounds = where.ended === null ? policy : { ...policy, fewestMore: policy.fewestMoreAtEnd };
  if (first.kind === 'clean' && main !== root && creepsPerRound(samples, root, ofRounds))
    return where.ended === null || own === null ? null : { verdict: own, by: root };
  if (where.ended === null && mayHide(samples, root, main, first)) return null;
  return { verdict: first, by: main };
}

/** Tells whether a count grows in a line over the outermost loop's iterations, by bytes that are worth waiting for. */
function creepsPerRound(all: readonly Sample[], root: number, policy: Policy): boolean {
  const samples = comparable(countedBy(all, root));
  const { loopMs = 0, iterations = 0 } = samples.at(-1) ?? {};
  return iterations > 0 && creepingRate(samples, policy) >= worthARate(policy, (loopMs * 1e3) / iterations);
}

/**
 * Tells whether growth that is too small to show per iteration of the most frequent loop may be an object per
 * outermost one.
 */
function mayHide(samples: readonly Sample[], root: number, main: number, verdict: Verdict): boolean {
  const rounds = iterationsOf(samples, root);
  if (main === root || rounds < OFTEN || verdict.growth === null) return false;
  return Math.max(0, verdict.growth.malloc.high) * (iterationsOf(samples, main) / rounds) > HIDDEN_BYTES;
}

/** Finds the most frequent loop that advances in step with the outermost one, and those that do not. */
function clocksOf(
  all: readonly Sample[],
  root: number,
  inside: readonly number[],
): { readonly main: number; readonly others: readonly number[] } {
  const samples = comparable(all);
  const count = new Map([root, ...inside].map((site) => [site, iterationsOf(samples, site)]));
  const often = (site: number): number => count.get(site) ?? 0;
  const running = inside.filter((site) => site !== root && often(site) >= FEWEST);
  const inStep = new Set(running.filter((site) => areProportional(samples, root, site)));
  const main = [...inStep].reduce((most, site) => (often(site) > often(most) ? site : most), root);
  const apart = running.filter((site) => !inStep.has(site)).sort((a, b) => often(b) - often(a));
  const others = [...(main === root ? [] : [root]), ...apart];
  return { main, others: others.slice(0, MOST_ASKED - 1) };
}
