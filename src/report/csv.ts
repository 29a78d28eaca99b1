import type { CellRecord, RunRecord } from '../domain/record.ts';
import type { Slope } from '../domain/verdict.ts';
import { findingsOf } from './explain/of-cell.ts';
import { reportedSlope } from './groups.ts';
import { printable } from './printable.ts';

type Value = string | number | boolean | null;

/** A column: its title (the unit in its name) and what stands in it. */
const COLUMNS: readonly (readonly [string, (cell: CellRecord, run: RunRecord) => Value])[] = [
  ['run', (_cell, run) => run.id],
  ['script', (_cell, run) => run.script.name],
  ['script_sha256', (_cell, run) => run.script.sha256],
  ['ruby', (cell) => cell.ruby],
  ['outcome', (cell) => cell.outcome ?? 'not-run'],
  ['verdict', (cell) => cell.verdict],
  ['cause', (cell) => cell.cause],
  ['confirmed', (cell) => (cell.verdict === 'leak' ? cell.confirmed : null)],
  ['confidence', (cell) => cell.confidence],
  ...slopeColumns('bytes_per_iteration', reportedSlope),
  ...slopeColumns('malloc_bytes_per_iteration', (cell) => cell.growth?.malloc ?? null),
  ...slopeColumns('slots_per_iteration', (cell) => cell.growth?.liveSlots ?? null),
  ...slopeColumns('heap_bytes_per_iteration', (cell) => cell.growth?.heap ?? null),
  ...slopeColumns('rss_bytes_per_iteration', (cell) => cell.growth?.rss ?? null),
  ['smallest_detectable_bytes_per_iteration', (cell) => cell.smallestDetectable],
  ['iterations', (cell) => cell.iterations],
  ['checkpoints', (cell) => cell.checkpoints],
  ['seconds', (cell) => cell.seconds],
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
  ['explained', (cell, run) => findingsOf(cell, run)],
];

/** One line per ruby of every run, as RFC 4180 has it, under one line of titles. */
export function csv(...runs: readonly RunRecord[]): string {
  const rows = runs.flatMap((run) =>
    run.cells.map((cell) => COLUMNS.map(([, value]) => field(value(cell, run)))),
  );
  return [COLUMNS.map(([title]) => title), ...rows].map((row) => `${row.join(',')}\r\n`).join('');
}

function slopeColumns(
  title: string,
  slope: (cell: CellRecord) => Slope | null,
): readonly (readonly [string, (cell: CellRecord) => Value])[] {
  return [
    [title, (cell) => slope(cell)?.perIteration ?? null],
    [`${title}_low`, (cell) => slope(cell)?.low ?? null],
    [`${title}_high`, (cell) => slope(cell)?.high ?? null],
  ];
}

/** Text that a spreadsheet would take for a formula gets an apostrophe in front, which it hides. */
function field(value: Value): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const text = printable(value);
  const safe = /^[=+\-@]/.test(text) ? `'${text}` : text;
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
