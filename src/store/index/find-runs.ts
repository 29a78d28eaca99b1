import type { SQLInputValue } from 'node:sqlite';
import {
  FEWEST_IN_SCRIPTS,
  LARGEST_TOTAL,
  type FoundRuns,
  type RunQuery,
} from '../../engine/service/archive/run-query.ts';
import type { RunSummary } from '../../engine/service/archive/run-summary.ts';
import type { IndexDatabase } from './index-database.ts';
import { firstNumber, runNumber } from './run-number.ts';

/** A condition of SQL and its values. */
interface Condition {
  readonly sql: string;
  readonly values: readonly SQLInputValue[];
}

/** Rubies up to which their cells are looked up; of more, the cells of one run after the other are looked at. */
const FEW_RUBIES = 20;

/** Finds the runs of a query, newest first. */
export function findRuns(database: IndexDatabase, query: RunQuery): FoundRuns {
  const { after, limit } = query;
  const all = numbersOf(database, query, LARGEST_TOTAL);
  const page = after === null ? all : numbersOf(database, query, limit + 1, runNumberOf(database, after));
  const summaries = database.prepare('SELECT summary FROM detail WHERE n = ?');
  return {
    runs: page.slice(0, limit).map((n) => JSON.parse(String(summaries.get(n)?.['summary'])) as RunSummary),
    hasMore: page.length > limit,
    total: all.length,
  };
}

/** Looks up the number of a run; of one that was removed, its number if no other run had it. */
function runNumberOf(database: IndexDatabase, position: NonNullable<RunQuery['after']>): number {
  const known = database.prepare('SELECT n FROM run WHERE id = ?').get(position.id);
  return known === undefined ? runNumber(position) : Number(known['n']);
}

/** Finds the numbers of runs, the largest first; only as many are looked for as are wanted. */
function numbersOf(
  database: IndexDatabase,
  query: RunQuery,
  most: number,
  below?: number,
): readonly number[] {
  const { from, before } = query;
  const words = wordsIn(query);
  // Numbers of the texts' own table come in order: so the search ends as soon as there are enough.
  const [source, number] =
    words === null ? ['run', 'n'] : ['words CROSS JOIN run ON run.n = words.rowid', 'words.rowid'];
  const conditions: readonly Condition[] = [
    ...(words === null ? [] : [{ sql: 'words MATCH ?', values: [words] }]),
    ...(from === null ? [] : [{ sql: `${number} >= ?`, values: [firstNumber(from)] }]),
    ...(before === null ? [] : [{ sql: `${number} < ?`, values: [firstNumber(before)] }]),
    ...(below === undefined ? [] : [{ sql: `${number} < ?`, values: [below] }]),
    ...conditionsOnRun(query),
    ...conditionsOnCell(query),
  ];
  const where = conditions.length === 0 ? '' : `WHERE ${conditions.map(({ sql }) => sql).join(' AND ')}`;
  const sql = `SELECT ${number} AS n FROM ${source} ${where} ORDER BY ${number} DESC LIMIT ?`;
  const rows = database.prepareNew(sql).all(...conditions.flatMap(({ values }) => values), most);
  return rows.map(({ n }) => Number(n));
}

const isWhole = (text: string): boolean => Array.from(text).length >= FEWEST_IN_SCRIPTS;

/** Quotes the texts for a full-text search, in which nothing of them is an operator; null where there are none. */
function wordsIn({ texts }: RunQuery): string | null {
  const quoted = texts.filter(isWhole).map((text) => `"${text.replaceAll('"', '""')}"`);
  return quoted.length === 0 ? null : quoted.join(' ');
}

function conditionsOnRun({ texts, isFinished, owner, verdict, settings }: RunQuery): readonly Condition[] {
  const short = texts.filter((text) => !isWhole(text));
  return [
    ...short.map((text) => ({
      sql: String.raw`run.title LIKE ? ESCAPE '\'`,
      values: [`%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`],
    })),
    ...(isFinished === null ? [] : [{ sql: `finished IS ${isFinished ? 'NOT ' : ''}NULL`, values: [] }]),
    ...(owner === null ? [] : [{ sql: 'owner = ?', values: [owner] }]),
    ...(verdict === null ? [] : [{ sql: 'instr(verdicts, ?) > 0', values: [verdict] }]),
    ...settings.map((setting) => ({ sql: 'instr(run.settings, ?) > 0', values: [`+${setting}+`] })),
  ];
}

/** Conditions that one cell of the run has to fulfil together; none where those on the run say all. */
function conditionsOnCell({ verdict, rubies, settings }: RunQuery): readonly Condition[] {
  if (rubies === null && settings.length + (verdict === null ? 0 : 1) < 2) return [];
  const of: readonly Condition[] = [
    ...(rubies === null
      ? []
      : [{ sql: 'ruby IN (SELECT value FROM json_each(?))', values: [JSON.stringify(rubies)] }]),
    ...(verdict === null ? [] : [{ sql: 'verdict = ?', values: [verdict] }]),
    ...settings.map((setting) => ({ sql: 'instr(cell.settings, ?) > 0', values: [`+${setting}+`] })),
  ];
  const sql = of.map((condition) => condition.sql).join(' AND ');
  const values = of.flatMap((condition) => condition.values);
  return rubies !== null && rubies.length <= FEW_RUBIES
    ? [{ sql: `run.n IN (SELECT run FROM cell WHERE ${sql})`, values }]
    : [{ sql: `EXISTS (SELECT 1 FROM cell INDEXED BY cell_run WHERE cell.run = run.n AND ${sql})`, values }];
}
