import { columnWidths, tableLine, type Column } from '../../report/text/layout.ts';
import { printable } from '../../report/text/printable.ts';
import type { Style } from '../../report/text/style.ts';
import type { Tried } from './try-exploits.ts';

const placeOf = ({ runtime, ruby }: Tried): string => `${runtime} ${ruby}`;

const wordOf = ({ escapes, ending }: Tried): string =>
  `${escapes.length === 0 ? 'contained' : 'NOT CONTAINED'}, ${ending ?? '?'}`;

/** Draws a table with a row per exploit and a column per runtime and ruby; below it, what got through. */
export function sandboxTable(tried: readonly Tried[], style: Style): string {
  const places = [...new Set(tried.map(placeOf))];
  const names = [...new Set(tried.map((one) => one.exploit.name))];
  const columns: Column[] = ['exploit', 'what it tries', ...places].map((title) => ({
    title,
    align: 'left',
  }));
  const rows = names.map((name) => {
    const ofName = tried.filter((one) => one.exploit.name === name);
    const cells = places.map((place) => ofName.find((one) => placeOf(one) === place));
    return [
      name,
      ofName[0]?.exploit.tries ?? '',
      ...cells.map((cell) => (cell === undefined ? '' : wordOf(cell))),
    ];
  });
  const widths = columnWidths(columns, rows);
  const line = (texts: readonly string[]): string => tableLine(texts, columns, widths).trimEnd();
  const head = style.bold(line(columns.map((column) => column.title)));
  return `${[head, ...rows.map(line), '', ...summaryLines(tried, style)].join('\n')}\n`;
}

function summaryLines(tried: readonly Tried[], style: Style): readonly string[] {
  const escaped = tried.filter((one) => one.escapes.length > 0);
  const falsified = [...new Set(tried.flatMap(({ exploit }) => (exploit.falsifies ? [exploit.name] : [])))];
  return [
    ...escaped.flatMap((one) =>
      one.escapes.map((what) => style.red(`${placeOf(one)}, ${one.exploit.name}: ${printable(what)}`)),
    ),
    escaped.length === 0
      ? style.green(`${tried.length} of ${tried.length} were contained.`)
      : style.red(
          `${escaped.length} of ${tried.length} were not contained: do not run strangers’ scripts here.`,
        ),
    ...(falsified.length === 0
      ? []
      : [`Contained, but a script can falsify its own verdict like that: ${falsified.join(', ')}.`]),
  ];
}

/** Formats the results for programs, as a JSON list. */
export function sandboxJson(tried: readonly Tried[]): string {
  const rows = tried.map(({ exploit, runtime, ruby, ending, escapes, warnings, seconds }) => ({
    exploit: exploit.name,
    number: exploit.number,
    area: exploit.area,
    tries: exploit.tries,
    runtime,
    ruby,
    contained: escapes.length === 0,
    ending,
    escapes,
    warnings,
    mayFalsifyItsOwnVerdict: exploit.falsifies,
    seconds,
  }));
  return `${JSON.stringify(rows, null, 2)}\n`;
}
