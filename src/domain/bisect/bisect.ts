import type { CellId } from '../cell/cell-id.ts';
import type { CellRecord } from '../run/record.ts';
import type { BisectFinding, BisectRecord, OpenInterval, SearchedCell, SearchPlan } from './bisect-record.ts';
import { assessedCommits, commitCellsToMeasure } from './commits/assess-commits.ts';
import { foundLeaks, transitionsOf } from './found-leaks.ts';
import { statesOf, type CellState } from './inferred.ts';
import { nextCells } from './next-cells.ts';
import { changesIn, knownIn, type Readings } from './readings.ts';
import { knownOf, subjectsOf, type Known, type Subject } from './subjects.ts';
import { tracksOf, type Track } from './track.ts';

interface Part extends Known {
  readonly track: Track;
  readonly subject: Subject;
}

/** Lists every loop of the script on every track, with what is known of it. */
function partsOf(plan: SearchPlan, cells: readonly CellRecord[]): readonly Part[] {
  const byId = new Map(cells.map((cell) => [cell.id, cell]));
  const unavailable = new Set(plan.unavailable);
  const subjects = subjectsOf(cells.filter(({ outcome }) => outcome === 'measured'));
  return tracksOf(plan.candidates, plan.gem).flatMap((track) =>
    subjects.map((subject) => ({ track, subject, ...knownOf(subject, track, byId, unavailable) })),
  );
}

/**
 * Chooses the cells to measure next; none when nothing more can be found.
 * @param atOnce cells that can be measured side by side
 */
export function cellsToMeasure(
  plan: SearchPlan,
  cells: readonly CellRecord[],
  atOnce: number,
): readonly CellId[] {
  const { commits } = plan;
  if (commits !== null) return commitCellsToMeasure({ ...plan, commits }, cells, atOnce);
  const next = partsOf(plan, cells).flatMap(({ track, readings }) => nextCells(track, readings, atOnce));
  return [...new Set(next)];
}

/** Evaluates a search by what its cells have shown so far. */
export function assessed(plan: SearchPlan, cells: readonly CellRecord[]): BisectRecord {
  const { gem, candidates, unavailable, commits } = plan;
  if (commits !== null) {
    const found = assessedCommits({ ...plan, commits }, cells);
    return { gem, candidates, unavailable, commits, ...found };
  }
  const parts = partsOf(plan, cells);
  const findings = parts.map(({ track, subject, readings, leaks }): BisectFinding => {
    const states = statesOf(track, readings, isOver(track, readings));
    return {
      track: track.name,
      loop: subject.loop,
      leaks: foundLeaks(track, readings, { leaks, states }),
      transitions: transitionsOf(track, readings),
      cells: states.map(searchedCell),
    };
  });
  const open = new Map(
    parts.flatMap(({ track, readings }) =>
      openIn(track, readings).map((one) => [`${one.from} ${one.to}`, one] as const),
    ),
  );
  return { gem, candidates, unavailable, commits, findings, open: [...open.values()] };
}

/** Tells whether nothing is left to measure. */
const isOver = (track: Track, readings: Readings): boolean =>
  ![...readings.values()].some(({ kind }) => kind === 'pending') &&
  nextCells(track, readings, 1).length === 0;

function searchedCell({ cell, state, isMeasured }: CellState): SearchedCell {
  const place = /^leak (\d+)$/.exec(state ?? '')?.[1];
  if (place !== undefined) return { cell, state: 'leak', leak: Number(place), isMeasured };
  return { cell, state: state === 'clean' || state === 'fails' ? state : null, leak: null, isMeasured };
}

function openIn({ series }: Track, readings: Readings): readonly OpenInterval[] {
  return series.flatMap(({ cells }) =>
    changesIn(knownIn(cells, readings)).flatMap(([before, after]) => {
      const left = cells
        .slice(before.index + 1, after.index)
        .filter((id) => !readings.has(id) || readings.get(id)?.kind === 'pending');
      return left.length === 0 ? [] : [{ from: before.id, to: after.id, cells: left.length }];
    }),
  );
}
