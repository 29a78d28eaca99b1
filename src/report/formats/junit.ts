import type { CellRecord, LoopRecord, RunRecord } from '../../domain/run/record.ts';
import { comparisonView, DIFFERENCE_COLUMNS } from '../comparison/comparison-view.ts';
import { cellFindingLines } from '../explain/of-cell.ts';
import { footnotes } from '../summary/footnotes.ts';
import { loopName } from '../loops/loop-name.ts';
import { describeGroup, groupByVerdict } from '../loops/verdict-groups.ts';
import { hasLoops, namesLoops, loopViews, type LoopOnCell, type LoopView } from '../loops/loop-views.ts';
import { printable, printableLines } from '../text/printable.ts';
import { sentenceOf } from '../summary/sentence.ts';
import { resultSentence } from '../bisect/sentence.ts';
import { rowNote, shownText, verdictWord } from '../rows/table-row.ts';

/** One case: a ruby, or one loop of the script on a ruby. */
interface Case {
  readonly name: string;
  readonly state: 'passed' | 'failed' | 'error' | 'skipped';
  readonly seconds: number;
  /** Elements inside of the case. */
  readonly inside: readonly string[];
}

/**
 * Writes JUnit XML as CI systems read it: a suite per script, a case per ruby, or per loop and ruby where a
 * script has several loops. A leak is a failure, an unmeasured ruby an error; an inconclusive or unjudged
 * case is skipped with its reason.
 */
export function junit(...runs: readonly RunRecord[]): string {
  const suites = runs.map((run) => ({ run, cases: casesOf(run) }));
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes({ name: 'matrix', ...counts(all) })}>`,
    ...suites.flatMap(({ run, cases }, index) => suite(run, cases, index).map((line) => `  ${line}`)),
    '</testsuites>',
    '',
  ].join('\n');
}

function suite(run: RunRecord, cases: readonly Case[], index: number): readonly string[] {
  const skipped = String(cases.filter(({ state }) => state === 'skipped').length);
  const name = printable(run.script.name);
  const properties = [
    ['run', run.id],
    ['script.sha256', run.script.sha256],
    ['sentence', resultSentence(run.cells, run.listed, run.bisect)],
    ['budget.seconds', String(run.options.budgetSeconds)],
    ...footnotes(run).map((text) => ['note', text] as const),
    ...differencesOf(run),
  ] as const;
  return [
    `<testsuite${attributes({ name, id: String(index), ...counts(cases), skipped, timestamp: run.createdAt.slice(0, 19) })}>`,
    '  <properties>',
    ...properties.map(([key, value]) => `    <property${attributes({ name: key, value })}/>`),
    '  </properties>',
    ...cases.flatMap((one) => testCase(one, name).map((line) => `  ${line}`)),
    '</testsuite>',
  ];
}

/** Returns what is different: a sentence for each change, and the figures of each cell beside its base. */
function differencesOf(run: RunRecord): readonly (readonly [string, string])[] {
  const comparison = comparisonView(run);
  if (comparison === null) return [];
  const figures = comparison.rows.map(({ cell, base, texts, reason }) => {
    const all = DIFFERENCE_COLUMNS.flatMap((title, index) => {
      const text = texts[index] ?? '';
      return text === '' ? [] : `${title} ${text}`;
    }).join('; ');
    return [`difference ${cell}`, `from ${base}: ${reason ?? all}`] as const;
  });
  return [...comparison.sentences.map((text) => ['difference', text] as const), ...figures];
}

function testCase({ name, seconds, inside }: Case, suiteName: string): readonly string[] {
  const head = `<testcase${attributes({ name, classname: suiteName, time: seconds.toFixed(3) })}`;
  return inside.length === 0
    ? [`${head}/>`]
    : [`${head}>`, ...inside.map((line) => `  ${line}`), '</testcase>'];
}

function casesOf(run: RunRecord): readonly Case[] {
  const named = namesLoops(run.cells);
  return run.cells.flatMap((cell) => {
    if (!named || !hasLoops(cell)) return [cellCase(cell, run)];
    const cases = loopCases(cell, run);
    const worst = stateOf(cell);
    // A verdict that none of the loops has gets a case of its own.
    const isCovered = worst === 'passed' || cases.some(({ state }) => state === worst);
    return isCovered ? cases : [...cases, { ...cellCase(cell, run), seconds: 0 }];
  });
}

function cellCase(cell: CellRecord, run: RunRecord): Case {
  const inside = [...resultOf(cell, run), ...outputOf(cell)];
  return { name: `ruby ${cell.id}`, state: stateOf(cell), seconds: cell.seconds, inside };
}

/**
 * Makes the cases of a ruby. Its output is in the first one, the explanation of its leak in the first that
 * leaks.
 */
function loopCases(cell: CellRecord, run: RunRecord): readonly Case[] {
  const views = loopViews([cell], run.listed);
  const leaking = views.findIndex(({ onCells }) => onCells[0]?.verdict === 'leak');
  const times = secondsOf(cell, views);
  return views.flatMap((loop, index) => {
    const [onCell] = loop.onCells;
    const [part] = groupByVerdict(loop);
    if (onCell === undefined || part === undefined) return [];
    const name = loopName(loop);
    const statement = `${name} ${describeGroup(part, true, true)} on ${cell.id}.`;
    const found = index === leaking ? cellFindingLines(cell, run) : [];
    const inside = [...loopResult(onCell, statement, found), ...(index === 0 ? outputOf(cell) : [])];
    return [
      { name: `ruby ${cell.id}, ${name}`, state: stateOfLoop(onCell), seconds: times[index] ?? 0, inside },
    ];
  });
}

/** Distributes the seconds of a cell over its loops by how long each ran; the sum stays the same. */
function secondsOf(cell: CellRecord, views: readonly LoopView[]): readonly number[] {
  const ran = views.map(({ onCells }) =>
    onCells.reduce((sum, loop) => sum + loop.iterations * (loop.microsecondsPerIteration ?? 0), 0),
  );
  const sum = ran.reduce((total, time) => total + time, 0);
  return ran.map((time) => cell.seconds * (sum > 0 ? time / sum : 1 / ran.length));
}

function loopResult(loop: LoopOnCell, statement: string, found: readonly string[]): readonly string[] {
  switch (loop.verdict) {
    case 'clean':
      return [];
    case 'leak': {
      const text = [shownText(loop), ...found].join('\n');
      return [`<failure${attributes({ type: 'leak', message: statement })}>${escaped(text)}</failure>`];
    }
    case 'inconclusive':
      return [`<skipped>${escaped(`inconclusive: ${shownText(loop)}`)}</skipped>`];
    case null:
      return [`<skipped>${escaped(`not judged: ${statement}`)}</skipped>`];
  }
}

function resultOf(cell: CellRecord, run: RunRecord): readonly string[] {
  const message = rowNote(cell);
  switch (stateOf(cell)) {
    case 'passed':
      return [];
    case 'skipped':
      return [`<skipped>${escaped(`inconclusive: ${message}`)}</skipped>`];
    case 'failed': {
      const sentence = sentenceOf([{ ...cell, loops: [] }], []);
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

function stateOf(cell: CellRecord): Case['state'] {
  return cell.outcome !== 'measured' || cell.verdict === null ? 'error' : stateOfLoop(cell);
}

function stateOfLoop({ verdict }: Pick<LoopRecord, 'verdict'>): Case['state'] {
  return verdict === 'leak' ? 'failed' : verdict === 'clean' ? 'passed' : 'skipped';
}

function counts(cases: readonly Case[]): Readonly<Record<string, string>> {
  const seconds = cases.reduce((sum, one) => sum + one.seconds, 0);
  return {
    tests: String(cases.length),
    failures: String(cases.filter(({ state }) => state === 'failed').length),
    errors: String(cases.filter(({ state }) => state === 'error').length),
    time: seconds.toFixed(3),
  };
}

function attributes(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${escaped(printable(value))}"`)
    .join('');
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/**
 * Escapes text for XML. Characters that XML cannot contain at all were replaced by `printable`, or are
 * replaced here.
 */
function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (char) => ENTITIES[char] ?? char).replace(/[\ufffe\uffff]/g, '\ufffd');
}
