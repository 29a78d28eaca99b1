import type { RunRecord } from '../../domain/run/record.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { lineText } from '../loops/loop-name.ts';
import { groupByVerdict, describeGroup, WORST_FIRST, type VerdictGroup } from '../loops/verdict-groups.ts';
import { rubiesText } from './loop-rows.ts';
import { hasLoops, namesLoops, loopViews } from '../loops/loop-views.ts';

/** Note on a loop, for the line it begins in. */
export interface LineNote {
  /** The worst that any ruby showed. */
  readonly worst: VerdictGroup['kind'];
  /** `leaks 64 bytes per iteration (native) on 2.7.4 and is clean on 3.1.2 and 3.3.8` */
  readonly text: string;
}

/** Most notes on one line: a table of many rounds has one for each. */
const MOST_NOTES = 6;

/** Describes the results of the loops that begin in each line; empty where a script has one loop. */
export function lineNotes(run: RunRecord): ReadonlyMap<number, readonly LineNote[]> {
  if (!namesLoops(run.cells)) return new Map();
  const measured = run.cells.filter(hasLoops).length;
  const notes = loopViews(run.cells, run.listed).map((loop) => {
    const parts = groupByVerdict(loop);
    const clauses = parts.map((part) => {
      const rubies = rubiesText(part, { count: measured, word: '' }, run.listed);
      return `${describeGroup(part, true, false)}${rubies === '' || run.cells.length === 1 ? '' : ` on ${rubies}`}`;
    });
    const nth = loop.nth === null ? [] : [lineText(loop).replace(/^\d+ /, '')];
    const where = [...nth, ...(loop.context === null ? [] : [printable(loop.context)])].join(' ');
    const text = `${where === '' ? '' : `${where}: `}${joinNames(clauses)}`;
    return { line: loop.line, worst: parts[0]?.kind ?? 'unjudged', text };
  });
  return new Map(
    [...Map.groupBy(notes, ({ line }) => line)].map(([line, all]) => [line, bounded(all)] as const),
  );
}

function bounded(notes: readonly LineNote[]): readonly LineNote[] {
  if (notes.length <= MOST_NOTES) return notes;
  const worstFirst = notes.toSorted((a, b) => WORST_FIRST.indexOf(a.worst) - WORST_FIRST.indexOf(b.worst));
  const left = worstFirst.slice(MOST_NOTES - 1);
  const worst = left[0]?.worst ?? 'clean';
  return [...worstFirst.slice(0, MOST_NOTES - 1), { worst, text: `and ${left.length} more` }];
}
