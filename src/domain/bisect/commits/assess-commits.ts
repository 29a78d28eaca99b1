import type { CellId } from '../../cell/cell-id.ts';
import type { CellRecord } from '../../run/record.ts';
import type { BisectFinding, OpenInterval, SearchPlan, Transition } from '../bisect-record.ts';
import { leakOf, transitionOf } from '../found-leaks.ts';
import { CLEAN, FAILS, type Readings } from '../readings.ts';
import { knownOf, subjectsOf, type Known, type Subject } from '../subjects.ts';
import { ancestorsOf, type Parents } from './ancestors.ts';
import { commitTracks, type CommitSearch, type CommitTrack } from './commit-search.ts';
import { intervalsIn, type Interval, type ReadingOf } from './intervals.ts';
import { nextCommits, openIntervals } from './next-commits.ts';

/** A loop of the script on a track of commits, with what is known of it. */
interface Part extends Known {
  readonly track: CommitTrack;
  readonly subject: Subject;
  readonly readingOf: ReadingOf;
}

type Plan = SearchPlan & { readonly commits: CommitSearch };

function partsOf({ gem, candidates, commits }: Plan, cells: readonly CellRecord[]): readonly Part[] {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const subjects = subjectsOf(cells.filter(({ outcome }) => outcome === 'measured'));
  return commitTracks(commits, candidates, gem).flatMap((track) =>
    subjects.map((subject) => {
      const series = [{ name: commits.to, cells: track.cells }];
      const known = knownOf(subject, { name: track.name, series, probes: 0 }, byId, new Set());
      return { track, subject, ...known, readingOf: readerOf(track, known.readings) };
    }),
  );
}

/**
 * Makes a reader of states. Where a script fails, or a gem does not build, nothing is known of the leak, so
 * the commit counts as skipped.
 */
function readerOf({ cells }: CommitTrack, readings: Readings): ReadingOf {
  return (place) => {
    const reading = readings.get(cells[place] as CellId);
    return reading?.kind === 'known' && reading.state === FAILS ? { kind: 'tried' } : reading;
  };
}

/** Chooses the cells of commits to measure next. */
export function commitCellsToMeasure(
  plan: Plan,
  cells: readonly CellRecord[],
  atOnce: number,
): readonly CellId[] {
  const history = historyOf(plan.commits);
  const next = partsOf(plan, cells).flatMap(({ track, readingOf }) =>
    nextCommits(history, readingOf, atOnce).flatMap((place) => track.cells[place] ?? []),
  );
  return [...new Set(next)];
}

const historyOf = ({ commits, ends }: CommitSearch): { parents: Parents; ends: CommitSearch['ends'] } => ({
  parents: commits.map(({ parents }) => parents),
  ends,
});

/** Evaluates a search among commits: what was found, and what is left to search. */
export function assessedCommits(
  plan: Plan,
  cells: readonly CellRecord[],
): { readonly findings: readonly BisectFinding[]; readonly open: readonly OpenInterval[] } {
  const { parents } = historyOf(plan.commits);
  const parts = partsOf(plan, cells);
  const open = parts.flatMap(({ track, readingOf }) =>
    openIntervals(parents, readingOf).map((one) => ({
      ...endsOf(one, track),
      cells: one.between.filter((place) => readingOf(place)?.kind !== 'tried').length,
    })),
  );
  return { findings: parts.map((part) => findingOf(part, plan.commits)), open };
}

const endsOf = ({ before, after }: Interval, { cells }: CommitTrack): { from: CellId; to: CellId } => ({
  from: cells[before.place] as CellId,
  to: cells[after.place] as CellId,
});

function findingOf(part: Part, search: CommitSearch): BisectFinding {
  const { track, subject, leaks, readingOf } = part;
  const { parents } = historyOf(search);
  const towardsNewer = ancestorsOf([search.ends.to], parents);
  const transitions = intervalsIn(parents, readingOf).map((interval): Transition => {
    const { before, after, between } = interval;
    const { from, to } = endsOf(interval, track);
    const change = {
      series: towardsNewer.has(after.place) ? search.to : search.from,
      before: { id: from, state: before.state },
      after: { id: to, state: after.state },
      unknown: between.map((place) => track.cells[place] as CellId),
    };
    const suspects = [...between, after.place].flatMap((place) => search.commits[place] ?? []);
    return {
      ...transitionOf(change),
      commits: suspects.map(({ hash, date, author, subject: said }) => ({
        hash,
        date,
        author,
        subject: said,
      })),
    };
  });
  const measured = track.cells.flatMap((cell, place) => {
    const reading = readingOf(place);
    if (reading?.kind !== 'known') return [];
    const leak = reading.state === CLEAN ? null : Number(reading.state.replace(/\D+/, ''));
    const state = leak === null ? ('clean' as const) : ('leak' as const);
    return [{ cell, state, leak, isMeasured: true }];
  });
  return {
    track: track.name,
    loop: subject.loop,
    leaks: leaks.map((group) => ({ ...leakOf(group), neverFixedIn: [], notKnownIn: [] })),
    transitions,
    cells: measured,
  };
}
