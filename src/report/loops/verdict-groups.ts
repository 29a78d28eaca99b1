import { boundOf, boundText, weakestBound } from '../cells/bound.ts';
import { formatCount, withUnit } from '../text/format-number.ts';
import { leakClusters, reportedSlope } from '../../domain/run/leak-groups.ts';
import { printable, printableLines } from '../text/printable.ts';
import { spread } from '../cells/spread.ts';
import { CAUSE_WORDS } from '../cells/words.ts';
import type { LoopOnCell, LoopView } from './loop-views.ts';

/** Kinds of groups, the most important first. */
export const WORST_FIRST = ['leak', 'inconclusive', 'unjudged', 'clean'] as const;

/** Rubies with the same result for a loop. */
export interface VerdictGroup {
  readonly kind: (typeof WORST_FIRST)[number];
  readonly loops: readonly LoopOnCell[];
}

/**
 * Groups the results of a loop, the worst first: leaks by cause and rate, inconclusive, not judged by reason, clean.
 */
export function groupByVerdict({ onCells }: Pick<LoopView, 'onCells'>): readonly VerdictGroup[] {
  const of = (verdict: LoopOnCell['verdict']): readonly LoopOnCell[] =>
    onCells.filter((one) => one.verdict === verdict);
  const [inconclusive, clean] = [of('inconclusive'), of('clean')];
  const part = (kind: VerdictGroup['kind'], same: readonly LoopOnCell[]): VerdictGroup => ({
    kind,
    loops: same,
  });
  return [
    ...leakClusters(of('leak')).map((same) => part('leak', same)),
    ...(inconclusive.length === 0 ? [] : [part('inconclusive', inconclusive)]),
    ...[...Map.groupBy(of(null), unjudgedText).values()].map((same) => part('unjudged', same)),
    ...(clean.length === 0 ? [] : [part('clean', clean)]),
  ];
}

/**
 * Describes a loop's result, to follow its name: `leaks 64 bytes per iteration (native)`, `is clean`.
 * @param bound whether a clean loop is reported with its bound
 */
export function describeGroup({ kind, loops }: VerdictGroup, isOne: boolean, bound: boolean): string {
  switch (kind) {
    case 'leak':
      return describeLeak(loops, isOne);
    case 'inconclusive':
      return `${isOne ? 'is' : 'are'} inconclusive`;
    case 'unjudged':
      return loops[0] === undefined ? '' : unjudgedText(loops[0]);
    case 'clean': {
      const least = bound ? weakestBound(loops.map(boundOf)) : null;
      if (least === null) return `${isOne ? 'is' : 'are'} clean`;
      return `${isOne ? 'shows' : 'show'} no growth above ${boundText(least, per(loops))}`;
    }
  }
}

/** Explains why a loop was not judged: `never ran`, `ran 3 times: too few to judge`. */
export function unjudgedText({ message, iterations }: Pick<LoopOnCell, 'message' | 'iterations'>): string {
  const why = printableLines(message ?? '')[0]?.replace(/[.;\s]+$/, '') ?? '';
  if (/^(it )?(never|ran) /.test(why)) return why.replace(/^it /, '');
  if (why !== '') return `was not judged (${why})`;
  if (iterations === 0) return 'never ran';
  return `ran ${iterations === 1 ? 'once' : `${formatCount(iterations)} times`}: too few to judge`;
}

/** Names the unit of growth: `per iteration`, or `per run of the script`. */
function per(loops: readonly LoopOnCell[]): string {
  const unit = printable(loops[0]?.unit ?? '').trim();
  return unit === '' || unit.startsWith('iteration') ? 'per iteration' : `per ${unit}`;
}

function describeLeak(loops: readonly LoopOnCell[], isOne: boolean): string {
  const slopes = loops.flatMap((one) => reportedSlope(one) ?? []);
  const bytes = slopes.length === 0 ? null : withUnit(spread(slopes), 'byte');
  const slots = loops.flatMap((one) => one.growth?.liveSlots ?? []);
  const cause = loops[0]?.cause ?? null;
  const objects = cause === 'objects' && slots.length > 0 ? spread(slots) : '0';
  if (objects !== '0') {
    const weight = bytes === null ? '' : ` (about ${bytes})`;
    return `${isOne ? 'keeps' : 'keep'} ${withUnit(objects, 'object')}${weight} ${per(loops)}`;
  }
  const rate = bytes === null ? [] : [`${bytes} ${per(loops)}`];
  const kind = cause === null ? [] : [`(${CAUSE_WORDS[cause]})`];
  return [isOne ? 'leaks' : 'leak', ...rate, ...kind].join(' ');
}
