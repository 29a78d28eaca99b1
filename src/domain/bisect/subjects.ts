import type { CellId } from '../cell/cell-id.ts';
import { withoutFrames } from '../run/frames.ts';
import type { CellRecord, LoopRecord } from '../run/record.ts';
import { CLEAN, FAILS, type Reading, type Readings } from './readings.ts';
import { signatureGroups, type Judgement } from './signature.ts';
import type { Track } from './track.ts';

/** What a search is about: a loop of the script, or the whole script where it has only one. */
export interface Subject {
  readonly loop: { readonly line: number; readonly context: string | null } | null;
  /** Reads what a measured cell shows of it; null where it shows nothing. */
  readonly judgementOf: (cell: CellRecord) => Judgement | null;
}

/** What is known of a subject on a track. */
export interface Known {
  readonly readings: Readings;
  /** Different leaks, with the cells that have them; states name them by index: `leak 0`. */
  readonly leaks: readonly (readonly (Judgement & { readonly cell: CellId })[])[];
}

/** Outcomes that a release always gives; all others may change. */
const FAILING = ['script-error', 'setting-unavailable', 'gems-unavailable'];

/** Lists the subjects of a run's cells. */
export function subjectsOf(all: readonly CellRecord[]): readonly Subject[] {
  const cells = withoutFrames(all);
  if (cells.every(({ loops }) => loops.length < 2))
    return [{ loop: null, judgementOf: (cell) => (cell.outcome === 'measured' ? cell : null) }];
  const found = new Map<string, Subject>();
  for (const { loops } of cells) {
    for (const loop of loops) {
      const name = nameOf(loop, loops);
      if (loop.verdict === null || found.has(name)) continue;
      const judgementOf = (cell: CellRecord): Judgement | null => {
        const same = cell.loops.find((one) => nameOf(one, cell.loops) === name);
        return same === undefined ? null : { ...same, blockSizes: [] };
      };
      found.set(name, { loop: { line: loop.line, context: loop.context }, judgementOf });
    }
  }
  return [...found.values()];
}

/** Names a loop by line, context, and its number in the line. */
function nameOf(loop: LoopRecord, loops: readonly LoopRecord[]): string {
  const alike = loops.filter(({ line, context }) => line === loop.line && context === loop.context);
  return JSON.stringify([loop.line, loop.context, alike.indexOf(loop)]);
}

/** Collects what is known of a subject on the cells of a track. */
export function knownOf(
  { judgementOf }: Subject,
  { series }: Track,
  cells: ReadonlyMap<CellId, CellRecord>,
  unavailable: ReadonlySet<CellId>,
): Known {
  const ids = series.flatMap((one) => one.cells);
  const judged = ids.flatMap((cell) => {
    const record = cells.get(cell);
    const judgement = record === undefined ? null : judgementOf(record);
    return judgement?.verdict === 'leak' ? [{ ...judgement, cell }] : [];
  });
  const leaks = signatureGroups(judged);
  const stateOf = new Map(
    leaks.flatMap((group, place) => group.map(({ cell }) => [cell, `leak ${place}`] as const)),
  );
  const readings = new Map<CellId, Reading>();
  for (const id of ids) {
    const record = cells.get(id);
    if (record !== undefined) readings.set(id, readingOf(record, judgementOf(record), stateOf.get(id)));
    else if (unavailable.has(id)) readings.set(id, { kind: 'missing' });
  }
  return { readings, leaks };
}

function readingOf(
  { state, outcome }: CellRecord,
  judgement: Judgement | null,
  leak: string | undefined,
): Reading {
  if (state !== 'done') return { kind: 'pending' };
  if (FAILING.includes(outcome ?? '')) return { kind: 'known', state: FAILS };
  if (leak !== undefined) return { kind: 'known', state: leak };
  return judgement?.verdict === 'clean' ? { kind: 'known', state: CLEAN } : { kind: 'tried' };
}
