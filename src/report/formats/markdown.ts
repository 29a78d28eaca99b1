import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { comparisonMarkdown } from '../comparison/markdown.ts';
import { comparisonView } from '../comparison/comparison-view.ts';
import { findingsMarkdown, wholeStacks } from '../explain/markdown.ts';
import { explanationView } from '../explain/finding-view.ts';
import { failureDetails, footnotes } from '../summary/footnotes.ts';
import { boundaryHint, explainHint, type Hint } from '../summary/hint.ts';
import { LOOP_COLUMNS, loopRows } from '../rows/loop-rows.ts';
import { namesLoops } from '../loops/loop-views.ts';
import { cellCode, code, codeBlock, markdownTable, plainText } from '../text/markdown-text.ts';
import type { Column } from '../text/layout.ts';
import { printableLines } from '../text/printable.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { howMeasured, reproduceCommand } from '../summary/reproduce.ts';
import { transitionTable } from '../bisect/lines.ts';
import { resultSentence } from '../bisect/sentence.ts';
import { cellTable, rowNote } from '../rows/table-row.ts';

/**
 * Writes one run, or several with a list of their sentences first, for a pull request or an issue tracker.
 */
export function markdown(...runs: readonly RunRecord[]): string {
  const parts = runs.flatMap((run) => [markdownBrief(run), markdownDetails(run)]);
  return `${[...markdownOverview(runs), ...parts].join('\n\n')}\n`;
}

/** Lists several scripts with their results; empty for one. */
export function markdownOverview(runs: readonly RunRecord[]): readonly string[] {
  if (runs.length < 2) return [];
  const lines = runs.map(
    (run) => `- ${code(run.script.name)}: ${plainText(resultSentence(run.cells, run.listed, run.bisect))}`,
  );
  return [`## ${runs.length} scripts`, lines.join('\n')];
}

/** Writes sentence, table, findings, errors and notes of a run. */
export function markdownBrief(run: RunRecord): string {
  const view = explanationView(run);
  const comparison = comparisonView(run);
  const ordered = orderedCells(run);
  const { columns, textsOf } = cellTable(ordered);
  const rows = ordered.map((cell) => [...textsOf(cell).map(plainText), note(cell)]);
  const notes = footnotes(run).map((text) => `- ${plainText(text)}`);
  return [
    `### Leak test of ${code(run.script.name)}`,
    `**${plainText(resultSentence(run.cells, run.listed, run.bisect))}**`,
    ...(comparison?.sentences ?? []).map((text) => `**${plainText(text)}**`),
    ...(rows.length === 0
      ? []
      : [markdownTable([...columns.map(plainTitle), { title: 'note', align: 'left' }], rows)]),
    ...loopsTable(run),
    ...transitionsTable(run),
    ...comparisonMarkdown(comparison),
    ...[boundaryHint(run), explainHint(run)].flatMap(hint),
    ...(view === null ? [] : findingsMarkdown(view)),
    ...failureDetails(run).map((lines) => codeBlock(lines)),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
  ].join('\n\n');
}

/** Writes the details that a reader may open: C stacks, environment, command, script, method. */
export function markdownDetails(run: RunRecord): string {
  const reproduce = [
    codeBlock([reproduceCommand(run)], 'sh'),
    codeBlock(printableLines(run.script.text), 'ruby'),
    plainText(howMeasured(run)),
    `Run ${code(run.id)}, ${plainText(run.createdAt)}, SHA-256 of the script ${code(run.script.sha256)}.`,
  ];
  const stacks = wholeStacks(explanationView(run));
  return [
    ...(stacks.length === 0 ? [] : [folded('C stacks', stacks)]),
    folded('Environment', environments(run)),
    folded('How to reproduce', reproduce),
  ].join('\n\n');
}

/** Escapes a title: that of a gem or a variable is the user's. */
const plainTitle = (column: Column): Column => ({ ...column, title: plainText(column.title) });

const hint = (found: Hint | null): readonly string[] =>
  found === null ? [] : [`${plainText(found.lead)}: ${code(found.command)}`];

/** Writes a table of where leaks came and went. */
function transitionsTable(run: RunRecord): readonly string[] {
  const { titles, rows } = transitionTable(run);
  if (rows.length === 0) return [];
  const columns = titles.map((title) => ({ title, align: 'left' as const }));
  const texts = rows.map((row) => row.map(plainText));
  return [markdownTable(columns, texts)];
}

/** Writes a table of the loops of a script that has several; rubies with the same result share a row. */
function loopsTable(run: RunRecord): readonly string[] {
  if (!namesLoops(run.cells)) return [];
  const { rows, left } = loopRows(run.cells, run.listed);
  const texts = rows.map((row) => [...row.texts, row.note].map(plainText));
  const columns = [...LOOP_COLUMNS, { title: 'note', align: 'left' as const }];
  return [markdownTable(columns, texts), ...(left === null ? [] : [plainText(left)])];
}

/**
 * Escapes the message of a cell: as plain text where it is ours, as code where it came from the script or the
 * engine.
 */
function note(cell: CellRecord): string {
  const text = rowNote(cell);
  return cell.outcome === 'measured' ? plainText(text) : cellCode(text);
}

function folded(title: string, blocks: readonly string[]): string {
  return [`<details><summary>${title}</summary>`, ...blocks, '</details>'].join('\n\n');
}

const ENVIRONMENT = ['ruby', 'ruby -v', 'image', 'digest', 'system', 'libc', 'allocator', 'architecture'].map(
  (title) => ({ title, align: 'left' as const }),
);

function environments(run: RunRecord): readonly string[] {
  const rows = orderedCells(run).flatMap(({ id, environment: env }) =>
    env === null
      ? []
      : [
          [
            plainText(id),
            ...[env.description, env.image, env.digest, env.os, env.libc, env.allocator, env.arch].map(
              cellCode,
            ),
          ],
        ],
  );
  return [rows.length === 0 ? 'No container was started.' : markdownTable(ENVIRONMENT, rows)];
}
