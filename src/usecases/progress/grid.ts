import { createLogUpdate } from 'log-update';
import { printable } from '../../report/text/printable.ts';
import type { Style } from '../../report/text/style.ts';
import { gridLines } from './grid-lines.ts';
import { nextRows, type GridRows } from './grid-rows.ts';
import { leftReader } from './left.ts';
import type { Progress } from './progress.ts';

const REDRAW_EVERY_MS = 100;

/** Creates a grid that redraws itself in place, for a terminal. */
export function gridProgress(terminal: NodeJS.WriteStream, style: Style, now: () => number): Progress {
  const log = createLogUpdate(terminal);
  const leftIn = leftReader(now);
  let rows: GridRows = new Map();
  let stale = false;
  const draw = (): void => {
    if (!stale) return;
    stale = false;
    log(gridLines(rows, { columns: terminal.columns ?? 80, rows: terminal.rows ?? 24, style }).join('\n'));
  };
  const timer = setInterval(draw, REDRAW_EVERY_MS).unref();
  const say = (line: string): void => log.persist(`matrix: ${line}`);
  return {
    event: (event) => {
      if (event.type === 'note') say(printable(event.text));
      const left = event.type === 'run' ? leftIn(event.run) : null;
      if (left !== null) say(left);
      rows = nextRows(rows, event);
      stale = true;
    },
    say,
    end: () => {
      clearInterval(timer);
      // The table that follows replaces it.
      log.clear();
      log.done();
    },
  };
}
