import type { LoopRecord } from './record.ts';
import type { Slope } from '../measurement/verdict.ts';

/** Two leaks are reported as one when their rates differ by no more than either of these. */
const SAME_RATE = { share: 0.1, bytes: 2 };
/** Or by no more than this where their intervals meet: beside a table that doubles, rates are vague. */
const SAME_VAGUE_RATE = 0.3;

/** What a cell and a loop of it have in common. */
export type Judged = Pick<LoopRecord, 'cause' | 'growth'>;

/**
 * Picks the slope that a leak is reported with: live bytes, or resident bytes where the growth did not come
 * from malloc.
 */
export function reportedSlope({ cause, growth }: Judged): Slope | null {
  if (growth === null) return null;
  if (cause !== 'outside-malloc') return growth.malloc;
  return growth.rss ?? growth.pss ?? growth.malloc;
}

/** A rate with its interval. */
type Rate = Pick<Slope, 'perIteration' | 'low' | 'high'>;

/** Groups leaks of one cause and nearly the same rate: one statement holds for all of them. */
export const leakClusters = <T extends Judged>(leaks: readonly T[]): readonly (readonly T[])[] =>
  clusters(leaks, sameLeak);

/** Groups what is alike: each member is like all others of its group. */
export const clusters = <T>(all: readonly T[], isAlike: (a: T, b: T) => boolean): readonly (readonly T[])[] =>
  grouped(all, (cluster, one) => cluster.every((other) => isAlike(other, one)));

/** Puts each value into the first group that it belongs to, or begins another one with it. */
export function grouped<T>(
  all: readonly T[],
  belongs: (group: readonly T[], one: T) => boolean,
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (const one of all) {
    const home = groups.find((group) => belongs(group, one));
    if (home === undefined) groups.push([one]);
    else home.push(one);
  }
  return groups;
}

/** Tells whether two leaks may be reported as one: of one cause, and nearly the same rate. */
export function sameLeak(a: Judged, b: Judged): boolean {
  const [slopeA, slopeB] = [reportedSlope(a), reportedSlope(b)];
  if (a.cause !== b.cause) return false;
  if (slopeA === null || slopeB === null) return slopeA === slopeB;
  return sameRate(slopeA, slopeB);
}

/** Tells whether two rates are the same for a reader. */
export function sameRate(slopeA: Rate, slopeB: Rate): boolean {
  const [rateA, rateB] = [slopeA.perIteration, slopeB.perIteration];
  const meet = slopeA.low <= slopeB.high && slopeB.low <= slopeA.high;
  const share = meet ? SAME_VAGUE_RATE : SAME_RATE.share;
  const allowed = Math.max(SAME_RATE.bytes, share * Math.max(Math.abs(rateA), Math.abs(rateB)));
  return Math.abs(rateA - rateB) <= allowed;
}
