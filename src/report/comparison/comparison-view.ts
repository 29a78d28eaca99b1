import type { RunDifference } from '../../analysis/compare/compare-runs.ts';
import { compareRun } from '../../analysis/compare/compare-run.ts';
import { cellId, parseCellId, type CellId } from '../../domain/cell/cell-id.ts';
import type { Settings } from '../../domain/cell/settings.ts';
import type { Difference } from '../../domain/measurement/repeats.ts';
import { inOrder } from '../../domain/run/ordered-cells.ts';
import type { ComparedCell, RunRecord } from '../../domain/run/record.ts';
import { formatCount } from '../text/format-number.ts';
import { comparisonSentence, type NamedDifference } from './sentence.ts';
import { MEGABYTE, PERCENT, signedText } from './difference-text.ts';
import { whatDiffers, whatIsIn } from './what-differs.ts';

/** One cell and what is different in it. */
export interface DifferenceRow {
  readonly cell: CellId;
  readonly base: CellId;
  /** In the order of the columns. */
  readonly texts: readonly string[];
  /** Why there is no comparison; null where there is one. */
  readonly reason: string | null;
}

/** What a run compares, as text and rows. */
export interface ComparisonView {
  /** One for each thing that was changed. */
  readonly sentences: readonly string[];
  readonly rows: readonly DifferenceRow[];
  /** Legend of the rows: which iterations, what brackets mean. */
  readonly legend: string;
}

/** Columns of what is different, per iteration but for the memory. */
export const DIFFERENCE_COLUMNS = [
  'bytes/iteration',
  'slots/iteration',
  'time/iteration',
  'resident memory',
] as const;

/**
 * Makes the view of what is different in the cells of a run; null where it compares none.
 * @param chosen settings of another base than the one that was requested
 */
export function comparisonView(run: RunRecord, chosen: Settings | null = null): ComparisonView | null {
  const pairs = chosen === null ? run.comparison : compareRun(run, chosen);
  if (pairs.length === 0) return null;
  const ordered = inOrder(
    pairs.map((pair) => ({ ...pair, id: pair.cell })),
    run.listed,
  );
  const byChange = Map.groupBy(ordered, ({ cell, base }) => whatDiffers(cell, base, run));
  return {
    sentences: [...byChange].map(([what, same]) =>
      comparisonSentence(
        what,
        same.map((pair) => named(pair, run)),
        run,
      ),
    ),
    rows: ordered.map(rowOf),
    legend: legendOf(ordered, run),
  };
}

/** Names a difference by what both cells have in common: the ruby, and settings that are the same. */
function named(pair: ComparedCell, { cells }: RunRecord): NamedDifference {
  const [base, cell] = [parseCellId(pair.base), parseCellId(pair.cell)];
  const theirs: Readonly<Record<string, string>> = cell?.settings ?? {};
  const common = Object.entries(base?.settings ?? {}).filter(([name, value]) => theirs[name] === value);
  const leaks = [pair.base, pair.cell].some((id) => cells.find((one) => one.id === id)?.verdict === 'leak');
  return { ...pair, leaks, name: cellId(base?.ruby ?? pair.base, Object.fromEntries(common)) };
}

const rowOf = ({ cell, base, difference, reason }: ComparedCell): DifferenceRow => ({
  cell,
  base,
  texts: differenceTexts(difference),
  reason,
});

/** Formats a difference in the order of the columns; empty texts for what is not known. */
export function differenceTexts(difference: RunDifference | null): readonly string[] {
  if (difference === null) return DIFFERENCE_COLUMNS.map(() => '');
  const { bytes, slots, time, resident } = difference;
  return [
    signedText(bytes),
    signedText(slots),
    time === null ? '' : timeText(time),
    resident === null ? '' : signedText(resident, MEGABYTE, ' MB'),
  ];
}

/** Formats a difference of times; one that varies by more than itself is not a figure. */
const timeText = (time: Difference): string =>
  time.certainty === 'open' && time.high - time.low > 2
    ? '(varies too much)'
    : signedText(time, PERCENT, ' %');

function legendOf(pairs: readonly ComparedCell[], run: RunRecord): string {
  const bases = [...new Set(pairs.flatMap(({ base, cell }) => whatIsIn(base, cell, run)))];
  const isOpen = pairs.some(({ difference }) =>
    [difference?.bytes, difference?.slots, difference?.time, difference?.resident].some(
      (one) => one?.certainty === 'open',
    ),
  );
  const counts = pairs.flatMap(({ difference }) => difference?.iterations ?? []);
  const hasResident = pairs.some(({ difference }) => (difference?.resident ?? null) !== null);
  const reach =
    counts.length === 0
      ? ''
      : ` Each cell ran several times, in turns with the others, through at least ${formatCount(Math.min(...counts))} iterations` +
        `${hasResident ? '; resident memory is that of their second half' : ''}.`;
  return (
    `Difference from ${bases.join(', ')} ± half of its 99 % interval` +
    `${isOpen ? '; what is not certain is in brackets' : ''}.${reach}`
  );
}
