import type { RunRecord } from '../domain/run/record.ts';
import { warnings } from '../report/summary/footnotes.ts';
import { lineNotes, type LineNote } from '../report/rows/line-notes.ts';
import { WORST_FIRST } from '../report/loops/verdict-groups.ts';
import { hasLoops } from '../report/loops/loop-views.ts';
import { printable, printableLines } from '../report/text/printable.ts';
import { resultSentence } from '../report/bisect/sentence.ts';
import { verdictWord } from '../report/rows/table-row.ts';
import type { Annotation, ScriptResult } from './ports.ts';

/** Most annotations for loops of one script, so that others are shown as well. */
const MOST_LINES = 5;

/**
 * Makes one annotation per script at the line of its worst loop, one for every other loop that leaks or is open at
 * its own, and one for every distinct error of the script: GitHub shows ten of a kind per step.
 */
export function annotationsOf(result: ScriptResult): readonly Annotation[] {
  const { path, run, problems } = result;
  if (run === null) {
    const message = problems.join('\n');
    return [{ level: 'error', title: 'Leak test: not run', message, file: path, line: null }];
  }
  const message = [resultSentence(run.cells, run.listed, run.bisect), ...problems, ...warnings(run)].join(
    '\n',
  );
  const { title, level } = heading(run, result.failed);
  const [worst, ...others] = openLines(run);
  const line = worst?.line ?? run.loop?.unitLine ?? run.loop?.line ?? null;
  return [
    { level, title, message, file: path, line },
    ...others.map((one) => ({
      level: one.worst === 'unjudged' ? ('notice' as const) : level,
      title: `Leak test: line ${one.line} ${TITLES[one.worst]}`,
      message: one.text,
      file: path,
      line: one.line,
    })),
    ...scriptErrors(path, run),
  ];
}

const TITLES = {
  leak: 'leaks',
  inconclusive: 'is inconclusive',
  unjudged: 'was not judged',
  clean: 'is clean',
} as const;

/** Lists lines with loops that are not clean, the worst first; none where a script has one loop. */
function openLines(run: RunRecord): readonly (LineNote & { readonly line: number })[] {
  const lines = [...lineNotes(run)].flatMap(([line, notes]) => {
    const open = notes.filter(({ worst }) => worst !== 'clean');
    const worst = WORST_FIRST.find((kind) => open.some((note) => note.worst === kind));
    const text = open.map((note) => note.text).join('\n');
    return worst === undefined ? [] : [{ line, worst, text: `line ${line}: ${text}` }];
  });
  return lines
    .toSorted((a, b) => WORST_FIRST.indexOf(a.worst) - WORST_FIRST.indexOf(b.worst))
    .slice(0, MOST_LINES);
}

function heading(run: RunRecord, failed: boolean): Pick<Annotation, 'level' | 'title'> {
  const has = (verdict: string): boolean => run.cells.some((cell) => cell.verdict === verdict);
  const missing = run.cells.some((cell) => cell.verdict === null);
  const isOpen = run.cells.some(
    (cell) => hasLoops(cell) && cell.loops.some(({ verdict }) => verdict !== 'clean'),
  );
  const title = has('leak')
    ? 'Leak test: leaks'
    : missing
      ? 'Leak test: not all rubies were measured'
      : has('inconclusive')
        ? 'Leak test: inconclusive'
        : isOpen
          ? 'Leak test: not all loops were judged'
          : 'Leak test: clean';
  if (failed) return { title, level: 'error' };
  return { title, level: has('leak') || missing || has('inconclusive') ? 'warning' : 'notice' };
}

function scriptErrors(path: string, run: RunRecord): readonly Annotation[] {
  const failed = run.cells.filter((cell) => cell.verdict === null && cell.line !== null);
  return [...Map.groupBy(failed, (cell) => `${cell.line} ${cell.message}`).values()].flatMap((same) =>
    same.slice(0, 1).map((cell) => ({
      level: 'warning' as const,
      title: `Leak test: ${verdictWord(cell)} (${same.map((one) => printable(one.id)).join(', ')})`,
      message: printableLines(cell.message ?? '').join('\n'),
      file: path,
      line: cell.line,
    })),
  );
}
