import type { CellId } from '../../domain/cell/cell-id.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import { formatCount, formatRate } from '../../report/text/format-number.ts';
import { printable } from '../../report/text/printable.ts';
import { cellSummary, explanationSummary } from './cell-summary.ts';
import { leftReader } from './left.ts';
import type { Progress } from './progress.ts';

/** Time between two lines that only show progress. */
const SAMPLE_EVERY_MS = 5000;

/** Writes one line per event, for logs and pipes: state changes and verdicts, and progress now and then. */
export function lineProgress(write: (text: string) => void, now: () => number): Progress {
  const last = new Map<CellId, string>();
  let sampledAt = now();
  const say = (line: string): void => write(`matrix: ${line}\n`);
  const leftIn = leftReader(now);
  let begun = '';
  let left: string | null = null;
  const sayLeft = (text: string | null): void => {
    if (text !== null && text !== left) say(text);
    left = text;
  };
  const writeLine = (cell: CellId, text: string): void => {
    // A state is repeated when its detail changes; equal lines are skipped.
    if (last.get(cell) === text) return;
    last.set(cell, text);
    write(`${printable(cell)}: ${printable(text)}\n`);
  };
  const event = (given: RunEvent): void => {
    switch (given.type) {
      case 'run':
        if (begun !== given.run.id)
          say(`run ${given.run.id}: ${printable(given.run.script.name)} on ${cellCount(given.run)}`);
        begun = given.run.id;
        sayLeft(leftIn(given.run));
        break;
      case 'note':
        say(printable(given.text));
        break;
      case 'cell-state':
        if (given.state === 'done') break;
        writeLine(given.cell, given.detail === null ? given.state : `${given.state}: ${given.detail}`);
        break;
      case 'sample': {
        if (given.iterations === 0 || now() - sampledAt < SAMPLE_EVERY_MS) break;
        sampledAt = now();
        const slope = given.slope === null ? '' : `, ${formatRate(given.slope)} bytes per iteration so far`;
        writeLine(given.cell, `${formatCount(given.iterations)} iterations${slope}`);
        break;
      }
      case 'cell':
        writeLine(
          given.cell.id,
          given.cell.explanation !== null
            ? explanationSummary(given.cell.explanation)
            : given.cell.repeats !== null
              ? `compared in ${given.cell.repeats.measured.length} turns`
              : cellSummary(given.cell),
        );
        break;
      case 'done':
        break;
    }
  };
  return { event, say, end: () => undefined };
}

/** `3 rubies`, `3 rubies, 5 cells`, `as few as it takes of 118 cells`. */
function cellCount({ cells, bisect }: RunRecord): string {
  if (bisect !== null) return `as few as it takes of ${formatCount(bisect.candidates.length)} cells`;
  const rubies = new Set(cells.map(({ ruby }) => ruby)).size;
  const text = rubies === 1 ? '1 ruby' : `${formatCount(rubies)} rubies`;
  return rubies === cells.length ? text : `${text}, ${formatCount(cells.length)} cells`;
}
