import type { Difference } from '../../domain/measurement/repeats.ts';
import { clusters, sameRate } from '../../domain/run/leak-groups.ts';
import type { ComparedCell, RunRecord } from '../../domain/run/record.ts';
import { loopName } from '../loops/loop-name.ts';
import { namesLoops } from '../loops/loop-views.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import { MEGABYTE, PERCENT, sizeText } from './difference-text.ts';

/** A cell and its base, under the name of what they have in common. */
export interface NamedDifference extends Pick<ComparedCell, 'loop' | 'reason'> {
  readonly name: string;
  readonly difference: Readonly<Record<Quantity, Difference | null>> | null;
  /** Whether either of the two is called a leak. */
  readonly leaks: boolean;
}

type Quantity = 'bytes' | 'time' | 'resident';

/**
 * Describes the effect of one change on all rubies: `Without line 12 it leaks 64.0 ± 0.1 bytes per iteration
 * less on 2.3.6 and 2.4.3; no difference on 2.5.9.` Rubies with the same difference are named together; only
 * what is certain is claimed.
 */
export function comparisonSentence(
  what: string,
  pairs: readonly NamedDifference[],
  run: Pick<RunRecord, 'cells' | 'listed'>,
): string {
  const known = pairs.filter(({ difference }) => difference !== null);
  const unknown = pairs.filter(({ difference }) => difference === null);
  const clauses = [
    ...bytesClauses(known, run),
    ...certain(
      known,
      'time',
      run,
      (size, less) => `an iteration takes ${size} % ${less ? 'less' : 'more'} time`,
    ),
    ...certain(
      known,
      'resident',
      run,
      (size, less) => `resident memory is ${size} MB ${less ? 'lower' : 'higher'}`,
    ),
    ...[...Map.groupBy(unknown, ({ reason }) => reason)].map(
      ([reason, same]) => `not compared on ${names(same, run)}: ${reason ?? 'nothing is known'}`,
    ),
  ];
  return `${what.charAt(0).toUpperCase()}${what.slice(1)} ${clauses.join('; ')}.`;
}

function bytesClauses(
  pairs: readonly NamedDifference[],
  run: Pick<RunRecord, 'cells' | 'listed'>,
): readonly string[] {
  const differing = certain(pairs, 'bytes', run, (size, less, [first]) => {
    const loop = first === undefined ? null : loopText(first, run);
    return `${loop ?? 'it'} ${first?.leaks === true ? 'leaks' : 'keeps'} ${size} bytes per iteration ${less ? 'less' : 'more'}`;
  });
  const same = pairs.filter(({ difference }) => difference?.bytes?.certainty === 'same');
  const open = pairs.filter(({ difference }) => difference?.bytes?.certainty === 'open');
  const about = differing.length === 0 ? ' in live bytes' : '';
  return [
    ...differing,
    ...(same.length === 0
      ? []
      : [`${differing.length === 0 ? 'there is ' : ''}no difference${about} on ${names(same, run)}`]),
    ...(open.length === 0
      ? []
      : [
          `${differing.length + same.length === 0 ? 'there is ' : ''}no certain difference${about} on ${names(open, run)}`,
        ]),
  ];
}

/** Lists what differs for certain, one clause for each size. */
function certain(
  pairs: readonly NamedDifference[],
  quantity: Quantity,
  run: Pick<RunRecord, 'listed'>,
  say: (size: string, less: boolean, pairs: readonly NamedDifference[]) => string,
): readonly string[] {
  const per = { bytes: 1, time: PERCENT, resident: MEGABYTE }[quantity];
  const differing = pairs.flatMap((pair) => {
    const found = pair.difference?.[quantity] ?? null;
    return found?.certainty === 'differs' ? [{ pair, found }] : [];
  });
  return clusters(differing, (a, b) => isAlike(a.found, b.found, per) && a.pair.leaks === b.pair.leaks).map(
    (same) => {
      const middle = same.toSorted((a, b) => a.found.value - b.found.value)[Math.floor((same.length - 1) / 2)]
        ?.found;
      const low = Math.min(...same.map(({ found }) => found.low));
      const high = Math.max(...same.map(({ found }) => found.high));
      const value = middle?.value ?? 0;
      const size = sizeText({ value, low, high, certainty: 'differs' }, per);
      const those = same.map(({ pair }) => pair);
      return `${say(size, value < 0, those)} on ${names(those, run)}`;
    },
  );
}

/** Compares differences in the units in which they are reported, so that one tolerance fits all. */
const isAlike = (a: Difference, b: Difference, per: number): boolean =>
  a.value < 0 === b.value < 0 && sameRate(scaled(a, per), scaled(b, per));

const scaled = ({ value, low, high }: Difference, per: number) => ({
  perIteration: value / per,
  low: low / per,
  high: high / per,
});

/** Names the compared loop, where the script has several. */
function loopText({ loop }: NamedDifference, { cells }: Pick<RunRecord, 'cells'>): string | null {
  return loop === null || !namesLoops(cells) ? null : loopName({ ...loop, nth: null });
}

const names = (pairs: readonly NamedDifference[], { listed }: Pick<RunRecord, 'listed'>): string =>
  joinNames(
    nameRanges(
      pairs.map(({ name }) => name),
      listed,
    ),
  );
