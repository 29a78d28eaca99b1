import type { CellRecord } from '../../domain/run/record.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { formatCount, formatMicroseconds, formatSlope } from '../text/format-number.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import type { Column } from '../text/layout.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import { shownText, VERDICT_COLUMNS } from './table-row.ts';
import { CAUSE_WORDS } from '../cells/words.ts';
import { lineText } from '../loops/loop-name.ts';
import { groupByVerdict, unjudgedText, WORST_FIRST, type VerdictGroup } from '../loops/verdict-groups.ts';
import { hasLoops, loopViews, type LoopOnCell, type LoopView } from '../loops/loop-views.ts';

export const LOOP_COLUMNS: readonly Column[] = [
  { title: 'line', align: 'left' },
  { title: 'context', align: 'left' },
  { title: 'rubies', align: 'left' },
  ...VERDICT_COLUMNS,
];

/** Row of a loop, with the rubies that have the same result. */
export interface LoopRow {
  readonly verdict: LoopOnCell['verdict'];
  /** In the order of LOOP_COLUMNS. */
  readonly texts: readonly string[];
  readonly note: string;
}

/** Rows of a table; the record holds all. */
const MOST_ROWS = 60;
/** Separator of the pieces of a message, outside of brackets. */
export const PIECES = /; (?![^(]*\))/;
/** Pieces of messages in the note of one row. */
const MOST_PIECES = 4;

/** Makes rows of the loops, in the order of the source; rubies with the same result share a row. */
export function loopRows(
  cells: readonly CellRecord[],
  listed: readonly string[],
): { readonly rows: readonly LoopRow[]; readonly left: string | null } {
  const all = loopViews(cells, listed).flatMap((loop) =>
    groupByVerdict(loop).map((part) => ({ loop, part })),
  );
  const shown = new Set(
    all
      .toSorted((a, b) => WORST_FIRST.indexOf(a.part.kind) - WORST_FIRST.indexOf(b.part.kind))
      .slice(0, MOST_ROWS),
  );
  const measured = cells.filter(hasLoops).length;
  const every = { count: measured, word: measured < cells.length ? 'all measured' : 'every ruby' };
  const rows = all
    .filter((one) => shown.has(one))
    .map(({ loop, part }) => row(loop, part, rubiesText(part, every, listed)));
  return { rows, left: leftText(all.filter((one) => !shown.has(one)).map(({ part }) => part)) };
}

/** Counts the rows beyond the limit: `… and 4,940 clean: the record holds all`. */
function leftText(parts: readonly VerdictGroup[]): string | null {
  if (parts.length === 0) return null;
  const counts = [...Map.groupBy(parts, verdictWord)].map(
    ([word, same]) => `${formatCount(same.length)} ${word}`,
  );
  return `… and ${counts.join(', ')}: the record (--format json) holds all`;
}

function row(loop: LoopView, part: VerdictGroup, rubies: string): LoopRow {
  const { loops } = part;
  const slopes = (of: (one: LoopOnCell) => Slope | null): string => {
    const hull = hullOf(loops.flatMap((one) => of(one) ?? []));
    return hull === null ? '' : formatSlope(hull);
  };
  const cause = loops[0]?.cause ?? null;
  const judged = part.kind !== 'unjudged';
  return {
    verdict: loops[0]?.verdict ?? null,
    texts: [
      lineText(loop),
      loop.context === null ? '' : printable(loop.context),
      rubies,
      verdictWord(part),
      cause === null ? '' : CAUSE_WORDS[cause],
      slopes(reportedSlope),
      slopes((one) => one.growth?.liveSlots ?? null),
      range(
        loops.map((one) => one.iterations),
        formatCount,
      ),
      range(
        loops.flatMap((one) => one.microsecondsPerIteration ?? []),
        formatMicroseconds,
      ),
    ],
    note: judged ? noteOf(loops) : loops[0] === undefined ? '' : unjudgedText(loops[0]),
  };
}

function verdictWord({ kind }: VerdictGroup): string {
  return kind === 'unjudged' ? 'not judged' : kind;
}

/** Names the rubies of a group: `every ruby`, or their names. */
export function rubiesText(
  { loops }: VerdictGroup,
  every: { readonly count: number; readonly word: string },
  listed: readonly string[],
): string {
  const names = loops.map(({ cell }) => cell);
  if (names.length === every.count && every.count > 1) return every.word;
  return printable(joinNames(nameRanges(names, listed)));
}

/** Makes the interval that contains all slopes of a row. */
function hullOf(slopes: readonly Slope[]): Slope | null {
  const [first] = slopes;
  if (first === undefined || slopes.length === 1) return first ?? null;
  const low = Math.min(...slopes.map((slope) => slope.low));
  const high = Math.max(...slopes.map((slope) => slope.high));
  return { ...first, perIteration: (low + high) / 2, low, high };
}

function range(values: readonly number[], format: (value: number) => string): string {
  if (values.length === 0) return '';
  const [least, most] = [format(Math.min(...values)), format(Math.max(...values))];
  return least === most ? least : `${least}–${most}`;
}

/**
 * Joins the evidence of several rubies. Pieces that differ only in numbers are shown once, with their ruby
 * unless all have the same.
 */
function noteOf(loops: readonly LoopOnCell[]): string {
  const pieces = loops.flatMap((one) =>
    shownText(one)
      .split(PIECES)
      .filter((text) => text !== '')
      .map((text) => ({ cell: one.cell, text })),
  );
  const kinds = [...Map.groupBy(pieces, ({ text }) => text.replaceAll(/\d[\d.,]*/g, '#')).values()];
  const texts = kinds.slice(0, MOST_PIECES).flatMap((same) =>
    same.slice(0, 1).map(({ cell, text }) => {
      const isShared = loops.length === same.length && same.every((one) => one.text === text);
      return isShared ? text : `${text} (${printable(cell)})`;
    }),
  );
  return texts.join('; ');
}
