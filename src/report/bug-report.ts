import type { CellRecord, RunRecord } from '../domain/record.ts';
import { boundOf, boundText } from './bound.ts';
import { findingLines } from './explain/text.ts';
import { tell, type Told } from './explain/told.ts';
import { footnotes } from './footnotes.ts';
import { formatCount, formatRate, formatSlope, withUnit } from './format-number.ts';
import { reportedSlope } from './groups.ts';
import { codeBlock } from './markdown-text.ts';
import { printable, printableLines } from './printable.ts';
import { orderedCells } from './ordered-cells.ts';
import { howMeasured, reproduceCommand } from './reproduce.ts';
import { sentenceOf } from './sentence.ts';
import { plainStyle } from './style.ts';
import { verdictWord } from './table-row.ts';
import { CAUSE_WORDS } from './words.ts';

/**
 * Text to paste into bugs.ruby-lang.org (or another tracker that reads Markdown): the fields of its form first, then
 * what leaks, the script, every ruby with its `ruby -v`, and how it was measured.
 */
export function bugReport(...runs: readonly RunRecord[]): string {
  return runs.map((run) => `${report(run).join('\n\n')}\n`).join('\n---\n\n');
}

function report(run: RunRecord): readonly string[] {
  const cells = orderedCells(run);
  const notes = footnotes(run).map((text) => `* ${text}`);
  return [
    fields(run, cells),
    '## What happens',
    printable(sentenceOf(run.cells, run.listed)),
    '## Script',
    `${scriptName(run)}, as posted (SHA-256 ${run.script.sha256}):`,
    codeBlock(printableLines(run.script.text), 'ruby'),
    '## Result',
    codeBlock(cells.flatMap(resultLines)),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    ...whatLeaks(tell(run)),
    '## How it was measured',
    printable(howMeasured(run)),
    codeBlock([reproduceCommand(run)]),
  ];
}

/** Subject and `ruby -v` are fields of the form; the newest leaking release is the one that maintainers look for. */
function fields(run: RunRecord, cells: readonly CellRecord[]): string {
  const leaks = cells.filter((cell) => cell.verdict === 'leak');
  const newest = (leaks.length > 0 ? leaks : cells).findLast((cell) => cell.environment !== null);
  const description = newest?.environment?.description ?? 'not known: no ruby was started';
  return [`Subject: ${subject(run, leaks.at(-1))}`, `ruby -v: ${printable(description)}`].join('\n');
}

function subject(run: RunRecord, leak: CellRecord | undefined): string {
  const slope = leak === undefined ? null : reportedSlope(leak);
  if (leak === undefined) return `No memory leak found with ${scriptName(run)}`;
  const rate = slope === null ? '' : ` of ${withUnit(formatRate(slope.perIteration), 'byte')} per iteration`;
  return `Memory leak${rate} in ${scriptName(run)}, Ruby ${printable(leak.ruby)}`;
}

function resultLines(cell: CellRecord): readonly string[] {
  const { environment } = cell;
  const told =
    environment === null ? `ruby ${cell.ruby} (no container was started)` : environment.description;
  const base =
    environment === null ? [] : [environment.image, environment.os, environment.libc, environment.arch];
  const where = [...base, ...(environment === null ? [] : [environment.allocator])].join(', ');
  return [
    printable(told),
    `    ${verdictLine(cell)}`,
    ...(where === '' ? [] : [`    on ${printable(where)}`]),
    ...blockLines(cell),
  ];
}

function verdictLine(cell: CellRecord): string {
  const slope = reportedSlope(cell);
  const rate = slope === null ? '' : `${formatSlope(slope)} bytes per iteration`;
  const over = `over ${formatCount(cell.iterations)} iterations`;
  const message = printableLines(cell.message ?? '')[0] ?? '';
  switch (cell.verdict) {
    case 'leak': {
      const cause = cell.cause === null ? '' : `, ${CAUSE_WORDS[cell.cause]}`;
      const once = cell.confirmed ? '' : ', seen once and not confirmed';
      return `leaks ${rate}${cause}, ${over}${once}`;
    }
    case 'clean': {
      const bound = boundOf(cell);
      const least = bound === null ? '' : `, no growth above ${boundText(bound)}`;
      return `clean: ${rate} ${over}${least}`;
    }
    case 'inconclusive':
      return `inconclusive: ${message}`;
    case null:
      return `not measured (${verdictWord(cell)}): ${message}`;
  }
}

/** The block sizes that grow tell maintainers which struct it is; of objects the class would. */
function blockLines(cell: CellRecord): readonly string[] {
  if (cell.verdict !== 'leak' || cell.cause !== 'native') return [];
  return cell.blockSizes.map(
    ({ bytes, perIteration }) =>
      `    blocks of ${withUnit(formatCount(bytes), 'byte')}: ${formatRate(perIteration)} more per iteration`,
  );
}

/** Columns of a code block in a tracker. */
const BLOCK_WIDTH = 110;

/** The findings as a terminal shows them, then every C stack: a maintainer knows functions that nobody else does. */
function whatLeaks(told: Told | null): readonly string[] {
  if (told === null) return [];
  const stacks = told.findings.flatMap(({ what, stack }) =>
    stack === null
      ? []
      : [`C stack on ${stack.ruby} (${what}), innermost frame first:`, codeBlock(stack.inner)],
  );
  const lines = findingLines(told, { width: BLOCK_WIDTH, style: plainStyle });
  return ['## What leaks', codeBlock(lines), ...stacks];
}

function scriptName(run: RunRecord): string {
  return run.script.name === '-e' ? 'a one-line script' : printable(run.script.name);
}
