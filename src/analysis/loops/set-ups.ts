import { grouped } from '../../domain/digits.ts';
import type { ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { LoopRecord } from '../../domain/run/record.ts';
import type { Growth, Verdict } from '../../domain/measurement/verdict.ts';

/** Kind of the statements that build something for later loops and are evaluated again as a whole. */
const SET_UP = 'set-up';

/** Finds the nearest set-up that a loop is a part of; null otherwise. */
export function setUpAround(loops: readonly ScriptLoop[], site: number): number | null {
  const around = loops[site]?.around ?? [];
  return around.findLast((outer) => isSetUp(loops[outer])) ?? null;
}

export const isSetUp = (loop: ScriptLoop | undefined): boolean => loop?.kind === SET_UP;

/** Describes why a loop that keeps what it makes is clean nevertheless. */
export function describeSetUp(record: LoopRecord, rounds: number): LoopRecord {
  if (record.verdict !== 'clean' || record.code === 'clean-counted-elsewhere') return record;
  const { message } = record;
  const evidence = message === null ? '' : `: ${message}`;
  return {
    ...record,
    code: 'clean-set-up',
    message: `it builds what later lines use, and what it keeps goes with that (built ${grouped(rounds)} times)${evidence}`,
  };
}

/**
 * Share of what a loop keeps per iteration: if less is left behind when all of it is built again, nothing
 * leaks.
 */
const LEFT_BEHIND = 0.1;
/** Confidence of the intervals. */
const CONFIDENCE = 0.99;

/**
 * Settles the verdict on a set-up that could be built again only a few times (its files fill the disk, it
 * takes long): what it left behind has to be little of what the loop keeps.
 * @param kept growth while the loop ran, by the same iterations
 */
export function settleSetUp(verdict: Verdict, kept: Growth | null): Verdict {
  if (verdict.kind !== 'inconclusive' || verdict.growth === null || kept === null) return verdict;
  const { growth } = verdict;
  const goes = (['malloc', 'liveSlots', 'blocks'] as const).every(
    (series) => growth[series].high <= Math.max(0, kept[series].perIteration) * LEFT_BEHIND,
  );
  if (!goes || kept.malloc.perIteration <= 0) return verdict;
  const bound = Math.max(0, growth.malloc.high);
  return {
    kind: 'clean',
    growth,
    confidence: CONFIDENCE,
    smallestDetectable: bound,
    resident: null,
    fullFrom: null,
    evidence: `no more than ${Number(bound.toPrecision(2))} bytes per iteration were left behind, of ${Number(kept.malloc.perIteration.toPrecision(3))}`,
  };
}
