import type { CellRecord, RunRecord } from '../domain/record.ts';
import { cellFindingLines } from './explain/of-cell.ts';
import { printable, printableLines } from './printable.ts';
import { sentenceOf } from './sentence.ts';
import { rowNote, verdictWord } from './table-row.ts';

/**
 * JUnit's XML as CI systems read it: a suite per script, a case per ruby. A leak is a failure, a ruby that could not
 * be measured an error, an inconclusive one skipped with its reason.
 */
export function junit(...runs: readonly RunRecord[]): string {
  const cells = runs.flatMap((run) => run.cells);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'matrix', ...counts(cells) })}>`,
    ...runs.flatMap((run, index) => suite(run, index).map((line) => `  ${line}`)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(run: RunRecord, index: number): readonly string[] {
  const skipped = String(run.cells.filter((cell) => stateOf(cell) === 'skipped').length);
  const name = printable(run.script.name);
  const properties = {
    run: run.id,
    'script.sha256': run.script.sha256,
    sentence: sentenceOf(run.cells, run.listed),
    'budget.seconds': String(run.options.budgetSeconds),
  };
  return [
    `<testsuite${attributes({ name, id: String(index), ...counts(run.cells), skipped, timestamp: run.createdAt.slice(0, 19) })}>`,
    '  <properties>',
    ...Object.entries(properties).map(([key, value]) => `    <property${attributes({ name: key, value })}/>`),
    '  </properties>',
    ...run.cells.flatMap((cell) => testCase(cell, run, name).map((line) => `  ${line}`)),
    '</testsuite>',
  ];
}

function testCase(cell: CellRecord, run: RunRecord, suiteName: string): readonly string[] {
  const head = `<testcase${attributes({ name: `ruby ${cell.ruby}`, classname: suiteName, time: cell.seconds.toFixed(3) })}`;
  const inside = [...resultOf(cell, run), ...outputOf(cell)];
  return inside.length === 0
    ? [`${head}/>`]
    : [`${head}>`, ...inside.map((line) => `  ${line}`), '</testcase>'];
}

function resultOf(cell: CellRecord, run: RunRecord): readonly string[] {
  const message = rowNote(cell);
  switch (stateOf(cell)) {
    case 'passed':
      return [];
    case 'skipped':
      return [`<skipped>${escaped(`inconclusive: ${message}`)}</skipped>`];
    case 'failed': {
      const sentence = sentenceOf([cell], []);
      const text = [message, ...cellFindingLines(cell, run)].join('\n');
      return [`<failure${attributes({ type: 'leak', message: sentence })}>${escaped(text)}</failure>`];
    }
    case 'error': {
      const type = cell.outcome ?? 'not-run';
      const whole = printableLines(cell.message ?? '').join('\n');
      return [
        `<error${attributes({ type, message: `${verdictWord(cell)}: ${message}` })}>${escaped(whole)}</error>`,
      ];
    }
  }
}

function outputOf(cell: CellRecord): readonly string[] {
  if (cell.output.trim() === '') return [];
  const more = cell.outputDroppedBytes > 0 ? [`… ${cell.outputDroppedBytes} bytes more, not kept`] : [];
  return [`<system-out>${escaped([...printableLines(cell.output), ...more].join('\n'))}</system-out>`];
}

function stateOf(cell: CellRecord): 'passed' | 'failed' | 'error' | 'skipped' {
  if (cell.outcome !== 'measured' || cell.verdict === null) return 'error';
  return cell.verdict === 'leak' ? 'failed' : cell.verdict === 'clean' ? 'passed' : 'skipped';
}

function counts(cells: readonly CellRecord[]): Readonly<Record<string, string>> {
  const seconds = cells.reduce((sum, cell) => sum + cell.seconds, 0);
  return {
    tests: String(cells.length),
    failures: String(cells.filter((cell) => stateOf(cell) === 'failed').length),
    errors: String(cells.filter((cell) => stateOf(cell) === 'error').length),
    time: seconds.toFixed(3),
  };
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(printable(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Characters that XML cannot hold at all (lone surrogates, U+FFFE) are gone or written out by `printable`. */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char).replace(/[\ufffe\uffff]/g, '\ufffd');
}
