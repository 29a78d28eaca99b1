import type { CellId } from '../../domain/cell/cell-id.ts';
import type {
  BisectFinding,
  BisectRecord,
  FoundLeak,
  Transition,
} from '../../domain/bisect/bisect-record.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import { CAUSE_WORDS, FAILURE_WORDS } from '../cells/words.ts';
import { sentenceOf } from '../summary/sentence.ts';
import { formatRate, withUnit } from '../text/format-number.ts';
import { joinNames } from '../../domain/names.ts';
import { byCommits } from './commits.ts';
import { cellName, cellRanges, findingName } from './names.ts';

/** The data of the sentence. */
export interface BisectView {
  readonly bisect: BisectRecord;
  readonly cells: readonly CellRecord[];
  readonly listed: readonly string[];
}

/** Describes a run in a sentence: a search by where leaks appeared and went, any other run by its cells. */
export function resultSentence(
  cells: readonly CellRecord[],
  listed: readonly string[],
  bisect: BisectRecord | null = null,
): string {
  const leaking = (bisect?.findings ?? []).filter(({ leaks }) => leaks.length > 0);
  if (bisect === null || leaking.length === 0) return sentenceOf(cells, listed);
  const view = { bisect, cells, listed };
  return leaking
    .map((finding) => {
      const name = findingName(finding, bisect);
      const said = finding.leaks.map((leak, place) => leakSentence(finding, leak, place, view));
      return name === '' ? said.join(' ') : `${name[0]?.toUpperCase()}${name.slice(1)}: ${said.join(' ')}`;
    })
    .join(' ');
}

/** Names a leak by its rate: `64 bytes per iteration (native)`, `1 object (115 bytes) per iteration`. */
export function leakName({ cause, bytesPerIteration, slotsPerIteration }: FoundLeak): string {
  const kind = cause === null ? '' : CAUSE_WORDS[cause];
  if (bytesPerIteration === null) return `no constant rate (${kind})`;
  const bytes = withUnit(formatRate(bytesPerIteration), 'byte');
  if (cause === 'objects' && slotsPerIteration !== null && slotsPerIteration > 0)
    return `${withUnit(formatRate(slotsPerIteration), 'object')} (${bytes}) per iteration`;
  return `${bytes} per iteration${kind === '' ? '' : ` (${kind})`}`;
}

function leakSentence(finding: BisectFinding, leak: FoundLeak, place: number, view: BisectView): string {
  const { transitions } = finding;
  const came = transitions.filter((one) => one.leak === place && one.kind === 'introduced');
  const tookOver = transitions.filter((one) => one.leak === place && one.kind === 'changed');
  const fixed = transitions.filter((one) => one.leak === place && one.kind === 'fixed');
  const gaveWay = transitions.filter((one) => one.instead === place);
  const parts = [
    ...(came.length > 0 ? [`was introduced ${places(came, view)}`] : []),
    ...(tookOver.length > 0 ? [`is seen instead of the other ${places(tookOver, view)}`] : []),
    ...(came.length + tookOver.length === 0 ? [`is in ${earliest(finding, place, view)} already`] : []),
    ...(fixed.length > 0 ? [`was fixed ${places(fixed, view)}${never(leak, view)}`] : []),
    ...(gaveWay.length > 0
      ? [
          `is not seen beside another one ${places(gaveWay, view)}${fixed.length > 0 ? '' : never(leak, view)}`,
        ]
      : []),
    ...(fixed.length + gaveWay.length === 0 ? [remains(finding, place, view)] : []),
  ];
  const name = `${place === 0 ? 'A leak of' : 'Another leak, of'} ${leakName(leak)}`;
  return `${name}${place === 0 ? '' : ','} ${parts.join('; it ')}.`;
}

function never({ neverFixedIn, notKnownIn }: FoundLeak, { bisect }: BisectView): string {
  if (bisect.gem !== null || bisect.commits !== null) return '';
  return [
    ...(neverFixedIn.length === 0 ? [] : [`, never in ${joinNames(neverFixedIn)}`]),
    ...(notKnownIn.length === 0 ? [] : [`; how ${joinNames(notKnownIn)} ended is not known`]),
  ].join('');
}

/**
 * Describes where a leak changed: `in 2.4.4 and 2.5.0`, `between 2.4.3 and 2.4.10 (2.4.4–2.4.9 not available
 * here)`.
 */
function places(transitions: readonly Transition[], view: BisectView): string {
  const { bisect } = view;
  if (bisect.commits !== null) return joinNames(transitions.map((one) => byCommits(one, why(one, view))));
  const exact = transitions.filter(({ unknown }) => unknown.length === 0);
  const vague = transitions.filter(({ unknown }) => unknown.length > 0);
  const names = exact.map(({ to }) => cellName(to, bisect));
  return joinNames([
    ...(names.length === 0 ? [] : [`in ${joinNames(names)}`]),
    ...vague.map(
      (one) => `between ${cellName(one.from, bisect)} and ${cellName(one.to, bisect)} (${why(one, view)})`,
    ),
  ]);
}

/**
 * Explains why nothing is known of the cells in between: `2.4.4–2.4.9 not available here, 2.5.0
 * inconclusive`.
 */
export function why({ unknown }: Pick<Transition, 'unknown'>, view: BisectView): string {
  const byReason = Map.groupBy(unknown, (cell) => reasonOf(cell, view));
  return [...byReason]
    .map(([reason, cells]) => `${cellRanges(cells, view.bisect, view.listed)} ${reason}`)
    .join(', ');
}

/** Of a commit whose ruby or gem could not be made. */
const NOT_BUILT: readonly string[] = ['image-unavailable', 'gems-unavailable'];

function reasonOf(id: CellId, { bisect, cells }: BisectView): string {
  if (bisect.unavailable.includes(id)) return 'not available here';
  const cell = cells.find((one) => one.id === id);
  if (cell === undefined || cell.state !== 'done') return 'not measured yet';
  if (cell.outcome === null || cell.outcome === 'measured') return cell.verdict ?? 'not judged';
  return bisect.commits !== null && NOT_BUILT.includes(cell.outcome)
    ? 'did not build'
    : FAILURE_WORDS[cell.outcome];
}

const measuredWith = ({ cells }: BisectFinding, place: number): readonly CellId[] =>
  cells.flatMap(({ cell, leak, isMeasured }) => (leak === place && isMeasured ? [cell] : []));

/** Tells whether the cell of this name was measured with a leak. */
const hasLeak = (finding: BisectFinding, place: number, name: string, bisect: BisectRecord): boolean =>
  measuredWith(finding, place).some((cell) => cellName(cell, bisect) === name);

function earliest(finding: BisectFinding, place: number, { bisect }: BisectView): string {
  const { commits } = bisect;
  if (commits !== null && hasLeak(finding, place, commits.from, bisect)) return commits.from;
  const [first] = measuredWith(finding, place);
  return first === undefined ? 'the first release' : cellName(first, bisect);
}

function remains(finding: BisectFinding, place: number, { bisect }: BisectView): string {
  const last = measuredWith(finding, place).at(-1);
  if (bisect.commits !== null) {
    // A history may have several ends: the one that was named last is meant.
    const isThere = hasLeak(finding, place, bisect.commits.to, bisect);
    return isThere ? `is still there in ${bisect.commits.to}` : 'was not seen to be fixed';
  }
  const newest = finding.cells.findLast(({ state }) => state !== null && state !== 'fails');
  if (last === undefined || newest?.leak !== place) return 'was not seen to be fixed';
  const isNewest = (finding.cells.at(-1)?.state ?? null) !== null;
  return `is still there in ${cellName(last, bisect)}${isNewest ? '' : ', the newest that was measured'}`;
}
