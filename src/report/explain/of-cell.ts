import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { plainStyle } from '../text/style.ts';
import { placesText } from './place-text.ts';
import { findingLines } from './text.ts';
import { explanationView, type ExplanationView, type FindingView } from './finding-view.ts';

/** Columns of a text that is shown in a CI system's page. */
const LOG_WIDTH = 120;

/** Summarises what leaks on one ruby for a column; null where it was not explained. */
export function findingsOf(cell: CellRecord, run: RunRecord): string | null {
  const view = viewOf(cell, run);
  if (view === null) return null;
  return [...view.findings.map(shortText), ...view.sums].join(' | ');
}

/** Formats what leaks on one ruby as lines of text; none where it was not explained. */
export function cellFindingLines(cell: CellRecord, run: RunRecord): readonly string[] {
  const view = viewOf(cell, run);
  return view === null ? [] : findingLines(view, { width: LOG_WIDTH, style: plainStyle });
}

/** Makes the view of one leaking ruby alone; the clean ones stay, for comparison. */
function viewOf(cell: CellRecord, run: RunRecord): ExplanationView | null {
  if (cell.explanation?.role !== 'leak') return null;
  const compared = run.cells.filter((one) => one.explanation?.role === 'comparison');
  return explanationView({ ...run, cells: [cell, ...compared] });
}

function shortText({ rate, what, places, stack, heldBy }: FindingView): string {
  const parts = [
    `${rate}, ${what}`,
    placesText(places),
    stack === null ? '' : stack.short.join(' ← '),
    heldBy.length === 0 ? '' : `held by ${heldBy.join(' → ')}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}
