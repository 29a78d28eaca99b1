import type { RunRecord } from '../domain/record.ts';
import { printable, printableLines } from '../report/printable.ts';
import { sentenceOf } from '../report/sentence.ts';
import { verdictWord } from '../report/table-row.ts';
import type { Annotation, ScriptResult } from './ports.ts';

/**
 * One annotation per script at the line of its loop, and one for every distinct error of the script at its own line:
 * GitHub shows ten of a kind per step.
 */
export function annotationsOf(result: ScriptResult): readonly Annotation[] {
  const { path, run, problems } = result;
  if (run === null) {
    const message = problems.join('\n');
    return [{ level: 'error', title: 'Leak test: not run', message, file: path, line: null }];
  }
  const message = [sentenceOf(run.cells, run.listed), ...problems].join('\n');
  const { title, level } = heading(run, result.failed);
  const line = run.loop?.unitLine ?? run.loop?.line ?? null;
  return [{ level, title, message, file: path, line }, ...scriptErrors(path, run)];
}

function heading(run: RunRecord, failed: boolean): Pick<Annotation, 'level' | 'title'> {
  const has = (verdict: string): boolean => run.cells.some((cell) => cell.verdict === verdict);
  const missing = run.cells.some((cell) => cell.verdict === null);
  const title = has('leak')
    ? 'Leak test: leaks'
    : missing
      ? 'Leak test: not all rubies were measured'
      : has('inconclusive')
        ? 'Leak test: inconclusive'
        : 'Leak test: clean';
  if (failed) return { title, level: 'error' };
  return { title, level: has('leak') || missing || has('inconclusive') ? 'warning' : 'notice' };
}

function scriptErrors(path: string, run: RunRecord): readonly Annotation[] {
  const failed = run.cells.filter((cell) => cell.verdict === null && cell.line !== null);
  return [...Map.groupBy(failed, (cell) => `${cell.line} ${cell.message}`).values()].flatMap((same) =>
    same.slice(0, 1).map((cell) => ({
      level: 'warning' as const,
      title: `Leak test: ${verdictWord(cell)} (${same.map((one) => printable(one.ruby)).join(', ')})`,
      message: printableLines(cell.message ?? '').join('\n'),
      file: path,
      line: cell.line,
    })),
  );
}
