import { liveBytes, type Sample } from '../../domain/measurement/sample.ts';
import type { Verdict } from '../../domain/measurement/verdict.ts';
import { countAt, iterationsOf } from './counts.ts';
import { fitLines, type Fit } from './fit.ts';

type Leak = Extract<Verdict, { kind: 'leak' }>;

/** A loop that causes growth, with its share of it per iteration of its own. */
export interface GrowthSource {
  readonly site: number;
  /** Slots, blocks or bytes per iteration of this loop, depending on the fitted series. */
  readonly perIteration: number;
  /** Its part of all growth in the stretch, 0 to 1. */
  readonly share: number;
}

/** Fits whose residuals differ by less than this factor explain the growth equally well. */
const AS_GOOD = 1.6;
/** A second loop is a source of its own when it explains this share of the residuals of the first. */
const SECOND_LEAVES = 0.3;
/** A source of less than this share of the growth is ignored. */
const LEAST_SHARE = 0.05;
/** Nearly one whole slot or block: an iteration keeps something of its own. */
const WHOLE = 0.95;

/** Counts of one loop at each checkpoint. */
interface Counted {
  readonly site: number;
  readonly counts: readonly number[];
}

/**
 * Finds the loops whose iterations cause the growth of a stretch: those whose counts explain it best, at
 * checkpoints between and inside of the outermost loop's iterations. Where two explain it equally well (they
 * advance in step), it takes the innermost one whose iterations each keep a whole slot or block; where none does, the
 * outermost, which keeps the most.
 * @param sites positions of the loops that ran, the outermost first
 * @param by the loop that the leak's growth is counted by
 */
export function attributeGrowth(
  samples: readonly Sample[],
  sites: readonly number[],
  leak: Leak,
  by: number,
): readonly GrowthSource[] {
  const running = sites.filter((site) => iterationsOf(samples, site) > 0);
  const [only] = running;
  if (only === undefined) return [];
  if (running.length === 1) return [{ site: only, perIteration: leak.growth.malloc.perIteration, share: 1 }];
  const window = samples.slice(Math.floor(samples.length / 3));
  const read = seriesFor(leak);
  const values = window.map(read);
  const counted = running.flatMap((site) => countsOf(site, site === sites[0], window));
  const fits = counted
    .map((one) => ({ ...one, fit: fitLines(values, [one.counts]) }))
    .filter((one): one is Counted & { fit: Fit } => one.fit !== null)
    .sort((a, b) => a.fit.residual - b.fit.residual);
  const [best] = fits;
  if (best === undefined) return [];
  const asGood = fits.filter(({ fit }) => fit.residual <= best.fit.residual * AS_GOOD);
  const isSure = asGood.every(({ site }) => site === best.site);
  const chosen = isSure ? best : innermostWhole(asGood, leak, by, samples);
  const grown = (values.at(-1) ?? 0) - (values[0] ?? 0);
  const single = [{ site: chosen.site, perIteration: chosen.fit.slopes[0] ?? 0, share: 1 }];
  if (!isSure || grown <= 0) return single;
  return twoSources(counted, values, best.fit, grown) ?? single;
}

/**
 * Lists the possible counts of a loop. An iteration of the outermost loop may keep something at its start or
 * at its end: both are tried.
 */
function countsOf(site: number, isOutermost: boolean, window: readonly Sample[]): readonly Counted[] {
  const ended = window.map((sample) => countAt(sample, site));
  if (!isOutermost || window.every(({ boundary }) => boundary === 'outer')) return [{ site, counts: ended }];
  const begun = window.map(({ boundary }, i) => (ended[i] ?? 0) + (boundary === 'inner' ? 1 : 0));
  return [
    { site, counts: ended },
    { site, counts: begun },
  ];
}

/**
 * Chooses the series to fit, exact counts first: slots for objects, blocks for native memory where those
 * grow, else bytes.
 */
function seriesFor({ cause, growth }: Leak): (sample: Sample) => number {
  if (cause === 'objects' && growth.liveSlots.perIteration > 0) return (sample) => sample.liveSlots;
  if (growth.blocks.perIteration > 0.001) return (sample) => sample.mallocBlocks;
  return liveBytes;
}

function innermostWhole<T extends { readonly site: number }>(
  asGood: readonly T[],
  { growth }: Leak,
  by: number,
  samples: readonly Sample[],
): T {
  const byCount = [...asGood].sort((a, b) => iterationsOf(samples, b.site) - iterationsOf(samples, a.site));
  const [most] = byCount;
  const kept = Math.max(growth.liveSlots.perIteration, growth.blocks.perIteration);
  const all = iterationsOf(samples, by);
  const whole = byCount.find(({ site }) => (kept * all) / Math.max(1, iterationsOf(samples, site)) >= WHOLE);
  const isCounted = growth.liveSlots.low > 0 || growth.blocks.low > 0;
  return whole ?? (isCounted ? byCount.at(-1) : most) ?? (asGood[0] as T);
}

/** Fits two loops that leak beside or inside of each other, each with its own rate. */
function twoSources(
  counted: readonly Counted[],
  values: readonly number[],
  alone: Fit,
  grown: number,
): readonly GrowthSource[] | null {
  const pairs = counted.flatMap((a, i) => counted.slice(i + 1).map((b) => [a, b] as const));
  const fits = pairs
    .filter(([a, b]) => a.site !== b.site)
    .flatMap(([a, b]) => {
      const fit = fitLines(values, [a.counts, b.counts]);
      return fit === null || fit.residual > alone.residual * SECOND_LEAVES ? [] : [{ pair: [a, b], fit }];
    })
    .sort((a, b) => a.fit.residual - b.fit.residual);
  for (const { pair, fit } of fits) {
    const sources = pair.map(({ site, counts }, i) => {
      const slope = fit.slopes[i] ?? 0;
      return {
        site,
        perIteration: slope,
        share: (slope * ((counts.at(-1) ?? 0) - (counts[0] ?? 0))) / grown,
      };
    });
    if (sources.every(({ share }) => share >= LEAST_SHARE)) return sources;
  }
  return null;
}
