import { compareRuns, type Change, type CellOfBoth } from '../../analysis/compare/compare-runs.ts';
import type { CellId } from '../../domain/cell/cell-id.ts';
import { joinNames } from '../../domain/names.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { CAUSE_WORDS } from '../cells/words.ts';
import { statusOf, statusWord, type Status } from '../rows/status.ts';
import { formatSlope } from '../text/format-number.ts';
import { nameRanges } from '../text/release-names.ts';
import { differenceTexts } from './comparison-view.ts';
import { comparisonSentence } from './sentence.ts';

/** What one of two runs found of a cell, as text. */
interface ResultText {
  readonly status: Status;
  /** `leak (native)`, `script error`. */
  readonly word: string;
  /** Bytes per iteration. */
  readonly rate: string;
}

/** A cell that both runs have, as text. */
export interface RunsRow {
  readonly cell: CellId;
  readonly change: string;
  readonly base: ResultText;
  readonly other: ResultText;
  /** What the other one has more, in the order of DIFFERENCE_COLUMNS. */
  readonly texts: readonly string[];
  /** Why there is no difference; null where there is one. */
  readonly reason: string | null;
}

/** Two runs side by side, as text. */
export interface RunsView {
  readonly isOneScript: boolean;
  /** What changed, the verdicts first. */
  readonly sentences: readonly string[];
  readonly rows: readonly RunsRow[];
  readonly legend: string;
  /** Names of cells that only one of the runs has, neighbours as a range. */
  readonly onlyInBase: readonly string[];
  readonly onlyInOther: readonly string[];
}

const CHANGE_WORDS: Readonly<Record<Change, string>> = {
  verdict: 'another verdict',
  growth: 'other growth',
  open: 'not certain',
  unknown: 'not compared',
  none: 'no change',
};

/** Makes the view of what is different between two runs. */
export function runsView(base: RunRecord, other: RunRecord): RunsView {
  const { isOneScript, cells, onlyInBase, onlyInOther } = compareRuns(base, other);
  return {
    isOneScript,
    sentences: sentencesOf(cells, base),
    rows: cells.map(rowOf),
    legend: legendOf(cells),
    onlyInBase: nameRanges(onlyInBase, base.listed),
    onlyInOther: nameRanges(onlyInOther, other.listed),
  };
}

function rowOf({ cell, base, other, change, difference, reason }: CellOfBoth): RunsRow {
  return {
    cell,
    change: CHANGE_WORDS[change],
    base: resultOf(base),
    other: resultOf(other),
    texts: differenceTexts(difference),
    reason,
  };
}

function resultOf(cell: CellRecord): ResultText {
  const slope = reportedSlope(cell);
  return { status: statusOf(cell), word: wordOf(cell), rate: slope === null ? '' : formatSlope(slope) };
}

const wordOf = (cell: CellRecord): string =>
  cell.cause === null ? statusWord(cell) : `${statusWord(cell)} (${CAUSE_WORDS[cell.cause]})`;

function sentencesOf(cells: readonly CellOfBoth[], run: RunRecord): readonly string[] {
  if (cells.length === 0) return ['No cell is in both runs: nothing can be compared.'];
  const changed = cells.filter(({ change }) => change === 'verdict');
  const byWords = Map.groupBy(changed, ({ base, other }) => `From ${wordOf(base)} to ${wordOf(other)}`);
  const verdicts = [...byWords].map(([words, same]) => {
    const names = nameRanges(
      same.map(({ cell }) => cell),
      run.listed,
    );
    return `${words}: ${joinNames(names)}.`;
  });
  const growth = cells.flatMap(({ cell, base, other, loop, difference, reason }) => {
    const leaks = [base, other].some(({ verdict }) => verdict === 'leak');
    return difference === null ? [] : [{ name: cell, leaks, loop, difference, reason }];
  });
  return [
    ...(verdicts.length === 0 ? ['No verdict changed.'] : verdicts),
    ...(growth.length === 0 ? [] : [comparisonSentence('in the other run', growth, run)]),
  ];
}

function legendOf(cells: readonly CellOfBoth[]): string {
  const all = cells.flatMap(({ difference }) => difference ?? []);
  const isOpen = all.some(({ bytes, slots, time, resident }) =>
    [bytes, slots, time, resident].some((one) => one?.certainty === 'open'),
  );
  const isSingle = all.some(({ time }) => time === null);
  return (
    'The other run’s figure less the base’s ± half of the 99 % interval' +
    `${isOpen ? '; what is not certain stands in brackets' : ''}.` +
    (isSingle
      ? ' The runs were not measured in turns, so their times and resident memory are not compared.'
      : '')
  );
}
