import { fullFrom } from '../../analysis/series/plateau.ts';
import { comparable } from '../../analysis/series/boundary.ts';
import { judgedFrom, seriesOf } from '../../analysis/series/series.ts';
import { POLICY } from '../../analysis/policy.ts';
import { liveBytes, type Sample } from '../../domain/measurement/sample.ts';

/** What of a curve was judged, in iterations. */
export interface JudgedPart {
  /** Iteration before which everything is warm-up. */
  readonly from: number;
  readonly to: number;
  /** Where memory that had grown was full, and the live bytes that it stayed at; null where nothing filled up. */
  readonly plateau: { readonly from: number; readonly bytes: number } | null;
}

/** Finds what was judged of a cell's samples; null where there are too few to have a first half. */
export function judgedPartOf(samples: readonly Sample[]): JudgedPart | null {
  const judged = comparable(samples);
  const live = seriesOf(judged, 'live');
  const to = live.at(-1)?.x ?? 0;
  if (live.length < POLICY.fewestCheckpoints || !(to > 0)) return null;
  const full = fullFrom(judged);
  return {
    from: judgedFrom(live, POLICY.fewestCheckpoints),
    to,
    plateau: full === null ? null : { from: full, bytes: levelOf(judged, full) },
  };
}

/** Calculates the mean of live bytes from an iteration on, above the first reading. */
function levelOf(samples: readonly Sample[], from: number): number {
  const [first] = samples;
  const level = samples.filter(({ iterations }) => iterations >= from);
  const sum = level.reduce((all, sample) => all + liveBytes(sample), 0);
  return first === undefined || level.length === 0 ? 0 : sum / level.length - liveBytes(first);
}
