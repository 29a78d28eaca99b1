import type { CellDifference, Difference } from '../../domain/measurement/repeats.ts';
import type { CellRecord, ComparedCell, LoopRecord, RunRecord } from '../../domain/run/record.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { findingsOf } from '../explain/of-cell.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { hasLoops, namesLoops } from '../loops/loop-views.ts';
import { printable } from '../text/printable.ts';

type Value = string | number | boolean | null;

/** Content of a row: a ruby, or one of its loops. */
type Row = CellRecord & { readonly loop: LoopRecord | null };

/** A column: its title (with the unit) and how its value is read. New columns go to the end. */
const COLUMNS: readonly (readonly [string, (row: Row, run: RunRecord) => Value])[] = [
  ['run', (_cell, run) => run.id],
  ['script', (_cell, run) => run.script.name],
  ['script_sha256', (_cell, run) => run.script.sha256],
  ['ruby', (cell) => cell.ruby],
  ['outcome', (cell) => cell.outcome ?? 'not-run'],
  ['verdict', (cell) => cell.verdict],
  ['cause', (cell) => cell.cause],
  ['confirmed', (cell) => (cell.verdict === 'leak' ? cell.confirmed : null)],
  ['confidence', (cell) => ofRuby(cell, cell.confidence)],
  ...slopeColumns('bytes_per_iteration', reportedSlope),
  ...slopeColumns('malloc_bytes_per_iteration', (cell) => cell.growth?.malloc ?? null),
  ...slopeColumns('slots_per_iteration', (cell) => cell.growth?.liveSlots ?? null),
  ...slopeColumns('heap_bytes_per_iteration', (cell) => cell.growth?.heap ?? null),
  ...slopeColumns('rss_bytes_per_iteration', (cell) => cell.growth?.rss ?? null),
  ['smallest_detectable_bytes_per_iteration', (cell) => cell.smallestDetectable],
  ['iterations', (cell) => cell.iterations],
  ['checkpoints', (cell) => ofRuby(cell, cell.checkpoints)],
  ['seconds', (cell) => ofRuby(cell, cell.seconds)],
  ['microseconds_per_iteration', (cell) => cell.microsecondsPerIteration],
  ['ruby_description', (cell) => cell.environment?.description ?? null],
  ['image', (cell) => cell.environment?.image ?? null],
  ['digest', (cell) => cell.environment?.digest ?? null],
  ['source', (cell) => cell.environment?.source ?? null],
  ['os', (cell) => cell.environment?.os ?? null],
  ['libc', (cell) => cell.environment?.libc ?? null],
  ['allocator', (cell) => cell.environment?.allocator ?? null],
  ['arch', (cell) => cell.environment?.arch ?? null],
  ['line', (cell) => cell.line],
  ['message', (cell) => cell.message],
  ['explained', (cell, run) => ofRuby(cell, findingsOf(cell, run))],
  ['loop_line', ({ loop }) => loop?.line ?? null],
  ['loop_end_line', ({ loop }) => loop?.endLine ?? null],
  ['loop_kind', ({ loop }) => loop?.kind ?? null],
  ['loop_context', ({ loop }) => loop?.context ?? null],
  ['unit', ({ loop }) => loop?.unit ?? null],
  ['held_bytes', (cell) => ofRuby(cell, cell.resident?.heldBytes)],
  ['trimmed_bytes', (cell) => ofRuby(cell, cell.resident?.trimmedBytes)],
  ['peak_bytes', (cell) => ofRuby(cell, cell.resident?.peakBytes)],
  ['warnings', (cell) => ofRuby(cell, cell.warnings.join(' | ') || null)],
  ['cell', (cell) => cell.id],
  ['code', (cell) => cell.code],
  ['compared_with', (cell, run) => ofRuby(cell, comparedOf(cell, run)?.base)],
  ...differenceColumns('bytes_difference', ({ bytes }) => bytes),
  ...differenceColumns('slots_difference', ({ slots }) => slots),
  ...differenceColumns('time_difference_share', ({ time }) => time),
  ...differenceColumns('resident_bytes_difference', ({ resident }) => resident),
];

/**
 * Writes one line per ruby of every run (RFC 4180), under one line of titles. Where a script has several
 * loops, the line of a ruby is followed by one for each loop, with `loop_line` filled in.
 */
export function csv(...runs: readonly RunRecord[]): string {
  const rows = runs.flatMap((run) =>
    run.cells
      .flatMap((cell) => rowsOf(cell, namesLoops(run.cells)))
      .map((row) => COLUMNS.map(([, value]) => field(value(row, run)))),
  );
  return [COLUMNS.map(([title]) => title), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function rowsOf(cell: CellRecord, named: boolean): readonly Row[] {
  const own = { ...cell, loop: null };
  if (!named || !hasLoops(cell)) return [own];
  return [own, ...cell.loops.map((loop) => loopRow(cell, loop))];
}

/**
 * Gives a value of the whole ruby only in its own row: in the rows of its loops it would be counted again.
 */
function ofRuby(row: Row, value: Value | undefined): Value {
  return row.loop === null ? (value ?? null) : null;
}

/** Puts a loop into the columns of a ruby. */
function loopRow(cell: CellRecord, loop: LoopRecord): Row {
  const { verdict, cause, growth, iterations, smallestDetectable, microsecondsPerIteration, code, message } =
    loop;
  return {
    ...cell,
    verdict,
    cause,
    growth,
    iterations,
    smallestDetectable,
    microsecondsPerIteration,
    code,
    message,
    loop,
  };
}

function slopeColumns(
  title: string,
  slope: (row: Row) => Slope | null,
): readonly (readonly [string, (row: Row) => Value])[] {
  return [
    [title, (cell) => slope(cell)?.perIteration ?? null],
    [`${title}_low`, (cell) => slope(cell)?.low ?? null],
    [`${title}_high`, (cell) => slope(cell)?.high ?? null],
  ];
}

const comparedOf = ({ id }: Row, { comparison }: RunRecord): ComparedCell | undefined =>
  comparison.find(({ cell }) => cell === id);

/** Makes columns of the difference to the cell it is compared with; `certainty` says whether there is one. */
function differenceColumns(
  title: string,
  read: (difference: CellDifference) => Difference | null,
): readonly (readonly [string, (row: Row, run: RunRecord) => Value])[] {
  const of = (row: Row, run: RunRecord): Difference | null => {
    const difference = comparedOf(row, run)?.difference ?? null;
    return difference === null ? null : read(difference);
  };
  return [
    [title, (row, run) => ofRuby(row, of(row, run)?.value)],
    [`${title}_low`, (row, run) => ofRuby(row, of(row, run)?.low)],
    [`${title}_high`, (row, run) => ofRuby(row, of(row, run)?.high)],
    [`${title}_certainty`, (row, run) => ofRuby(row, of(row, run)?.certainty)],
  ];
}

/**
 * Formats a value. Text that a spreadsheet would read as a formula gets an apostrophe in front, which
 * spreadsheets hide.
 */
function field(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = printable(value);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
