import type { BisectFinding, Transition } from '../../domain/bisect/bisect-record.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { withUnit } from '../text/format-number.ts';
import { columnWidths, tableLine, type Column } from '../text/layout.ts';
import type { Style } from '../text/style.ts';
import { suspectLines } from './commits.ts';
import { cellName, cellRanges, findingName } from './names.ts';
import { leakName, why, type BisectView } from './sentence.ts';

const COLUMNS: readonly Column[] = [
  { title: 'where', align: 'left' },
  { title: 'series', align: 'left' },
  { title: 'change', align: 'left' },
  { title: 'last before', align: 'left' },
  { title: 'first after', align: 'left' },
  { title: 'leak', align: 'left' },
  { title: 'in between', align: 'left' },
];

/** Makes a row for each place where a leak came or went; none where nothing changed. */
function transitionRows(run: RunRecord): readonly (readonly string[])[] {
  const { bisect, cells, listed } = run;
  if (bisect === null) return [];
  return bisect.findings.flatMap((finding) =>
    finding.transitions.map((one) => rowOf(finding, one, { bisect, cells, listed })),
  );
}

function rowOf(finding: BisectFinding, one: Transition, view: BisectView): readonly string[] {
  const leak = finding.leaks[one.leak];
  const instead = one.instead === null ? undefined : finding.leaks[one.instead];
  return [
    findingName(finding, view.bisect),
    one.series,
    one.kind,
    cellName(one.from, view.bisect),
    cellName(one.to, view.bisect),
    [leak, instead].flatMap((each) => (each === undefined ? [] : [leakName(each)])).join(', before '),
    one.unknown.length === 0 ? '' : why(one, view),
  ];
}

/** Makes the same a table without empty columns: for one loop, and without settings. */
export function transitionTable(run: RunRecord): {
  readonly titles: readonly string[];
  readonly rows: readonly (readonly string[])[];
} {
  const all = transitionRows(run);
  const says = COLUMNS.map((_, index) => all.some((row) => (row[index] ?? '') !== ''));
  const titles = COLUMNS.map(({ title }) => title).filter((_, index) => says[index]);
  return { titles, rows: all.map((row) => row.filter((_, index) => says[index])) };
}

/** Formats the same as lines of a table. */
export function transitionLines(run: RunRecord, style: Style): readonly string[] {
  const rows = transitionRows(run);
  if (rows.length === 0) return [];
  const widths = columnWidths(COLUMNS, rows);
  const line = (texts: readonly string[]): string => tableLine(texts, COLUMNS, widths).trimEnd();
  const suspects = (run.bisect?.findings ?? []).flatMap(({ transitions }) =>
    transitions.flatMap((one) => suspectLines(one)),
  );
  return [
    style.bold(line(COLUMNS.map(({ title }) => title))),
    ...rows.map(line),
    ...(suspects.length === 0 ? [] : ['', ...suspects]),
  ];
}

/** Collects notes on a search besides its findings. */
export function searchNotes({ bisect, cells, listed }: RunRecord): readonly string[] {
  if (bisect === null) return [];
  const { candidates, unavailable, gem, commits } = bisect;
  const what =
    commits !== null
      ? `commits${gem === null ? '' : ` of ${gem}`}`
      : gem === null
        ? 'releases'
        : `versions of ${gem}`;
  const asked = cells.filter(({ outcome }) => outcome === 'measured').length;
  const measured = `${asked} of ${candidates.length} ${what} were measured; what is said of the others follows from them.`;
  const missing =
    unavailable.length === 0 ? [] : [`Not available here: ${cellRanges(unavailable, bisect, listed)}.`];
  const without = new Set(commits === null ? [] : cells.filter(isUnanswered).map(({ id }) => id));
  const unanswered = candidates.filter((id) => without.has(id));
  const skipped =
    unanswered.length === 0
      ? []
      : [`Skipped, since they gave no answer: ${cellRanges(unanswered, bisect, listed)}.`];
  const fails = bisect.findings.flatMap((finding) => {
    const failing = finding.cells.flatMap(({ cell, state }) => (state === 'fails' ? [cell] : []));
    if (failing.length === 0) return [];
    return [`The script does not run on ${cellRanges(failing, bisect, listed)}.`];
  });
  return [measured, ...skipped, ...missing, ...new Set(fails)];
}

const isUnanswered = ({ state, outcome, verdict }: RunRecord['cells'][number]): boolean =>
  state === 'done' && outcome !== 'cancelled' && (outcome !== 'measured' || verdict === 'inconclusive');

/** What is left of a search, and how many cells that takes at least. */
export interface Left {
  readonly text: string;
  readonly cells: number;
}

/** Describes what is left of a search: `2.4.0–2.4.10 is left, 9 releases: about 4 more to measure`. */
export function leftOf({ bisect, cells }: RunRecord): Left | null {
  if (bisect === null) return null;
  const { commits, open } = bisect;
  const waiting = cells.filter(({ state }) => state !== 'done').length;
  if (open.length === 0) {
    const what = commits === null ? 'ends of series' : 'the ends';
    return waiting === 0 ? null : { text: `${waiting} to measure: ${what}`, cells: waiting };
  }
  const intervals = open.map(({ from, to, cells: left }) => {
    const size = commits === null ? '' : ` (${withUnit(String(left), 'commit')})`;
    return `${cellName(from, bisect)}–${cellName(to, bisect)}${size}`;
  });
  const about = open.reduce((sum, { cells: count }) => sum + Math.ceil(Math.log2(count + 1)), 0);
  const most = Math.max(about, waiting);
  return { text: `left to search: ${intervals.join(', ')}; about ${most} more to measure`, cells: most };
}
