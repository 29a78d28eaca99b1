import type { RunRecord } from '../../domain/run/record.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { INFERRED_WORDS } from '../bisect/inferred-states.ts';
import { STATUS_WORDS, statusOf, statusWord, type Status } from '../rows/status.ts';
import { sign, signPath } from './sign.ts';
import { stripSeries, type StripMark, type StripSeries } from './strip-series.ts';

/** Pixels; thirteen releases of a series fit a narrow phone. */
const PITCH = 24;
const MARK = 22;
const HEIGHT = 38;
const LETTER = 7;
/** More marks than this are left to the strip above them, and to the table. */
const MOST_SHOWN = 60;

/** Draws all releases in order, one row of marks per series, each with its sign, and a legend. */
export function strip(run: RunRecord): Markup {
  const all = stripSeries(run);
  const series = markup`<ol class="strip">${all.map(seriesItem)}</ol>`;
  const count = all.reduce((sum, { marks }) => sum + marks.length, 0);
  return markup`${count > MOST_SHOWN ? null : series}${legend(all)}`;
}

function seriesItem(series: StripSeries): Markup {
  return markup`<li><span class="series-name">${series.title}</span>${seriesPicture(series)}</li>`;
}

function seriesPicture({ title, marks }: StripSeries): Markup {
  const widths = marks.map((mark) => Math.max(PITCH, mark.label.length * LETTER + 4));
  const width = widths.reduce((sum, one) => sum + one, 0);
  const places = widths.map((_, index) => widths.slice(0, index).reduce((sum, one) => sum + one, 0));
  const measured = marks.filter((mark) => mark.cell !== undefined || mark.inferred !== null);
  const label =
    measured.length === 0
      ? `${title}: not run`
      : measured.map((mark) => `${printable(mark.name)} ${markWords(mark)}`).join(', ');
  const pictures = marks.map((mark, index) =>
    markOf(mark, (places[index] ?? 0) + ((widths[index] ?? PITCH) - PITCH) / 2),
  );
  const box = `0 0 ${width} ${HEIGHT}`;
  return markup`<svg role="img" aria-label="${label}" width="${width}" height="${HEIGHT}" viewBox="${box}">
${pictures}
</svg>`;
}

function markOf(mark: StripMark, x: number): Markup {
  const status = markStatus(mark);
  const name = isInferred(mark) ? `${status} inferred` : status;
  const middle = x + MARK / 2;
  const place = markup`x="${x + 0.5}" y="0.5" width="${MARK - 1}" height="${MARK - 1}" rx="4"`;
  return markup`<g class="release ${name}">
<title>${printable(mark.name)}: ${markWords(mark)}</title>
<rect class="mark ${name}" ${place}/>${signPath(status, x + 3, 3, isInferred(mark))}
<text x="${middle}" y="${HEIGHT - 4}">${printable(mark.label)}</text>
</g>`;
}

/** Tells whether a cell was inferred and not measured: it is drawn as a frame without a filling. */
const isInferred = ({ cell, inferred }: StripMark): boolean =>
  cell === undefined && inferred !== null && inferred !== 'unavailable';

function markStatus({ cell, inferred }: StripMark): Status {
  return cell === undefined && inferred !== null && inferred !== 'unavailable' ? inferred : statusOf(cell);
}

const markWords = ({ cell, inferred }: StripMark): string =>
  cell === undefined && inferred !== null ? INFERRED_WORDS[inferred] : statusWord(cell);

function legend(all: readonly StripSeries[]): Markup {
  const marks = all.flatMap((series) => series.marks);
  const statuses = marks.filter((mark) => !isInferred(mark)).map(markStatus);
  const counts = Map.groupBy(statuses, (status) => status);
  const shown = (Object.keys(STATUS_WORDS) as Status[]).filter((status) => counts.has(status));
  const items = shown.map((status) => {
    const count = counts.get(status)?.length ?? 0;
    return markup`<li>${sign(status)} ${STATUS_WORDS[status]} <span class="count">${count}</span></li>`;
  });
  const framed = marks.filter(isInferred).length;
  const inferred =
    framed === 0
      ? []
      : [
          markup`<li>${sign('clean', true)} framed: follows from others <span class="count">${framed}</span></li>`,
        ];
  return markup`<ul class="legend" aria-label="Signs">${[...items, ...inferred]}</ul>`;
}
