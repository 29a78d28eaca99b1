import { splitCellId } from '../../domain/cell/cell-id.ts';
import { newestPlain } from '../summary/hint.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { boundOf, boundText, weakestBound } from '../cells/bound.ts';
import { comparisonLines } from '../comparison/comparison-lines.ts';
import { comparisonView, type ComparisonView } from '../comparison/comparison-view.ts';
import { findingLines } from '../explain/text.ts';
import { explanationView, type ExplanationView } from '../explain/finding-view.ts';
import { footnotes } from '../summary/footnotes.ts';
import { formatCount, formatRate, formatSlope, withUnit } from '../text/format-number.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { loopName, loopNames } from '../loops/loop-name.ts';
import { unjudgedText } from '../loops/verdict-groups.ts';
import { PIECES } from '../rows/loop-rows.ts';
import { hasLoops, namesLoops, loopViews, type LoopView } from '../loops/loop-views.ts';
import { codeBlock } from '../text/markdown-text.ts';
import { printable, printableLines } from '../text/printable.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { howMeasured, reproduceCommand } from '../summary/reproduce.ts';
import { resultSentence } from '../bisect/sentence.ts';
import { plainStyle } from '../text/style.ts';
import { verdictWord } from '../rows/table-row.ts';
import { CAUSE_WORDS } from '../cells/words.ts';

/**
 * Writes a bug report for bugs.ruby-lang.org (or another tracker that reads Markdown): the fields of its form
 * first, then what leaks, the script, every ruby with its `ruby -v`, and how it was measured.
 */
export function bugReport(...runs: readonly RunRecord[]): string {
  return runs.map((run) => `${report(run).join('\n\n')}\n`).join('\n---\n\n');
}

function report(run: RunRecord): readonly string[] {
  const cells = orderedCells(run);
  const comparison = comparisonView(run);
  const notes = footnotes(run).map((text) => `* ${text}`);
  return [
    fields(run, cells),
    '## What happens',
    printable(
      [resultSentence(run.cells, run.listed, run.bisect), ...(comparison?.sentences ?? [])].join(' '),
    ),
    '## Script',
    `${scriptName(run)}, as posted (SHA-256 ${run.script.sha256}):`,
    codeBlock(printableLines(run.script.text), 'ruby'),
    '## Result',
    codeBlock(cells.flatMap((cell) => resultLines(cell, namesLoops(run.cells)))),
    ...whatIsDifferent(comparison, run),
    ...(notes.length === 0 ? [] : [notes.join('\n')]),
    ...whatLeaks(explanationView(run)),
    '## How it was measured',
    printable(howMeasured(run)),
    codeBlock([reproduceCommand(run)]),
  ];
}

/**
 * Writes the fields of the form: subject and `ruby -v`, of the newest leaking release, which maintainers look
 * for.
 */
function fields(run: RunRecord, cells: readonly CellRecord[]): string {
  const leaks = cells.filter((cell) => cell.verdict === 'leak');
  const started = (leaks.length > 0 ? leaks : cells).filter((cell) => cell.environment !== null);
  const newest = newestPlain(started);
  const description = newest?.environment?.description ?? 'not known: no ruby was started';
  return [`Subject: ${subject(run, newestPlain(leaks))}`, `ruby -v: ${printable(description)}`].join('\n');
}

function subject(run: RunRecord, leak: CellRecord | undefined): string {
  const open = openLoops(run);
  if (leak === undefined && open.length > 0) {
    return `No verdict on ${loopNames(open)} of ${scriptName(run)}`;
  }
  if (leak === undefined) return `No memory leak found with ${scriptName(run)}`;
  const loops = namesLoops(run.cells)
    ? loopViews([leak], run.listed).filter(({ onCells }) => onCells[0]?.verdict === 'leak')
    : [];
  const slope = reportedSlope(loops[0]?.onCells[0] ?? leak);
  const rate = slope === null ? '' : ` of ${withUnit(formatRate(slope.perIteration), 'byte')} per iteration`;
  const more = loops.length > 1 ? ' and others' : '';
  const where = loops[0] === undefined ? '' : `${loopName(loops[0])}${more} of `;
  return `Memory leak${rate} in ${where}${scriptName(run)}, Ruby ${printable(leak.id)}`;
}

/** Finds loops that are inconclusive or were not judged on some ruby. */
function openLoops(run: RunRecord): readonly LoopView[] {
  if (!namesLoops(run.cells)) return [];
  return loopViews(run.cells, run.listed).filter(({ onCells }) =>
    onCells.some(({ verdict }) => verdict === null || verdict === 'inconclusive'),
  );
}

/**
 * Describes the result of a cell.
 * @param named whether each loop has its own lines
 */
function resultLines(cell: CellRecord, named: boolean): readonly string[] {
  const { environment } = cell;
  const description =
    environment === null ? `ruby ${cell.id} (no container was started)` : environment.description;
  const base =
    environment === null ? [] : [environment.image, environment.os, environment.libc, environment.arch];
  const added = [...(environment?.packages ?? []), ...(environment?.gems ?? [])];
  const packages = added.map(({ name, version }) => `${name} ${version}`.trim());
  const where = [...base, ...(environment === null ? [] : [environment.allocator]), ...packages].join(', ');
  const { suffix } = splitCellId(cell.id);
  const settings = suffix === '' ? '' : ` with ${suffix.slice(1).replaceAll('+', ', ')}`;
  return [
    printable(`${description}${environment === null ? '' : settings}`),
    ...(named && hasLoops(cell) ? loopLines(cell) : [verdictLine(cell)]).map((line) => `    ${line}`),
    ...(where === '' ? [] : [`    on ${printable(where)}`]),
    ...blockLines(cell),
  ];
}

/**
 * Describes the loops of a cell: a line for each that leaks or is inconclusive, and one line for all clean
 * ones and for those not judged for the same reason.
 */
function loopLines(cell: CellRecord): readonly string[] {
  const views = loopViews([cell], []).flatMap((loop) => {
    const [onCell] = loop.onCells;
    return onCell === undefined ? [] : [{ loop, onCell }];
  });
  const isShort = ({ onCell }: (typeof views)[number]): boolean =>
    onCell.verdict === null || (onCell.verdict === 'clean' && beyondBound(onCell).length === 0);
  const short = Map.groupBy(views.filter(isShort), ({ onCell }) =>
    onCell.verdict === null ? unjudgedText(onCell) : 'clean',
  );
  const full = views.filter((one) => !isShort(one));
  return [
    ...full.map(({ loop, onCell }) => `${loopName(loop)}: ${verdictLine({ ...cell, ...onCell })}`),
    ...[...short].map(([text, same]) => {
      const bound = text === 'clean' ? weakestBound(same.map(({ onCell }) => boundOf(onCell))) : null;
      const least = bound === null ? '' : `, no growth above ${boundText(bound)}`;
      return `${loopNames(same.map(({ loop }) => loop))}: ${text}${least}`;
    }),
    // A verdict of the cell that none of its loops has.
    ...(cell.verdict === 'clean' || views.some(({ onCell }) => onCell.verdict === cell.verdict)
      ? []
      : [verdictLine(cell)]),
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
      return [`clean: ${rate} ${over}${least}`, ...beyondBound(cell)].join('; ');
    }
    case 'inconclusive':
      return `inconclusive: ${message}`;
    case null:
      return `not measured (${verdictWord(cell)}): ${message}`;
  }
}

/**
 * Picks what the evidence of a clean verdict contains beyond its bound: where memory was full, and what stays
 * resident.
 */
function beyondBound({ code, message }: Pick<CellRecord, 'code' | 'message'>): readonly string[] {
  if (code !== 'clean-flat' && code !== 'clean-full') return [];
  return (printableLines(message ?? '')[0] ?? '').split(PIECES).slice(1);
}

/** Lists the block sizes that grow, which show maintainers which struct leaks. */
function blockLines(cell: CellRecord): readonly string[] {
  if (cell.verdict !== 'leak' || cell.cause !== 'native') return [];
  return cell.blockSizes.map(({ bytes, perIteration }) => {
    const rate = formatRate(perIteration);
    const more =
      rate === '0' ? `one more in ${formatCount(1 / perIteration)} iterations` : `${rate} more per iteration`;
    return `    blocks of ${withUnit(formatCount(bytes), 'byte')}: ${more}`;
  });
}

/** Describes what was compared, with the scripts that ran beside the one above. */
function whatIsDifferent(comparison: ComparisonView | null, run: RunRecord): readonly string[] {
  const lines = comparisonLines(comparison, { width: BLOCK_WIDTH, style: plainStyle });
  const scripts = run.variants.flatMap(({ without, script }) =>
    without === null ? [`${printable(script.name)}:`, codeBlock(printableLines(script.text), 'ruby')] : [],
  );
  return lines.length === 0 ? [] : ['## What is different', codeBlock(lines), ...scripts];
}

/** Columns of a code block in a tracker. */
const BLOCK_WIDTH = 110;

/**
 * Formats the findings as a terminal shows them, then every C stack: maintainers know functions that nobody
 * else does.
 */
function whatLeaks(view: ExplanationView | null): readonly string[] {
  if (view === null) return [];
  const stacks = view.findings.flatMap(({ what, stack }) =>
    stack === null
      ? []
      : [`C stack on ${stack.cell} (${what}), innermost frame first:`, codeBlock(stack.inner)],
  );
  const lines = findingLines(view, { width: BLOCK_WIDTH, style: plainStyle });
  return ['## What leaks', codeBlock(lines), ...stacks];
}

function scriptName(run: RunRecord): string {
  return run.script.name === '-e' ? 'a one-line script' : printable(run.script.name);
}
