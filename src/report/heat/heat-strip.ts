import { raw } from 'hono/html';
import type { RunRecord } from '../../domain/run/record.ts';
import { INFERRED_WORDS } from '../bisect/inferred-states.ts';
import { cellId } from '../../domain/cell/cell-id.ts';
import { groupCells } from '../cells/groups.ts';
import { whatIsIn } from '../comparison/what-differs.ts';
import { formatRate } from '../text/format-number.ts';
import { markup, type Markup } from '../text/markup.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { statusWord } from '../rows/status.ts';
import type { StripMark } from '../svg/strip-series.ts';
import { gridOf, type Grid } from './grid.ts';
import { HATCHED } from './heat-css.ts';
import { heatClasses, heatLevel, HEAT_WORDS } from './heat-level.ts';

/** Pixels. */
const ROW = 28;
const GAP = 2;
const NAMES = 18;
/** What is clean is lower than what leaks: the strip can be read without its colours. */
const LOW = 8;
/** Few releases are not drawn wider than this. */
const FEW = 24;
const WIDEST = 48;

/**
 * Renders all releases from left to right, a row for each of the settings: hot where much leaks, hatched where it is
 * inconclusive, hollow where nothing ran, framed where it follows from others.
 */
export function heatStrip(run: RunRecord): Markup {
  const grid = gridOf(run);
  if (grid.columns === 0) return markup``;
  const width = grid.columns < FEW ? String(grid.columns * WIDEST) : '100%';
  const plain = plainName(run, grid);
  const rows = grid.rows.map(({ suffix, marks }) => {
    const label = `${suffix === '' ? 'Releases' : printable(suffix)}: ${groupTexts(run, suffix).join('; ')}`;
    const name =
      grid.rows.length === 1 && suffix === ''
        ? null
        : markup`<span class="series-name">${printable(suffix === '' ? plain : suffix.slice(1))}</span>`;
    return markup`<li>${name}<svg class="heat" role="img" aria-label="${label}" width="${width}" height="${ROW}">
${rowPicture(marks, grid.columns)}</svg></li>`;
  });
  return markup`<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>${raw(HATCHED)}</defs></svg>
<ol class="heat-rows">${rows}</ol>
<svg class="heat-names" width="${width}" height="${NAMES}" aria-hidden="true">${seriesNames(grid)}</svg>
${labels(run)}`;
}

/** Names the row of cells without settings by what the others have instead: `jit=off`, `the script as it is`. */
function plainName(run: RunRecord, { rows }: Grid): string {
  const suffixes = new Set(rows.map(({ suffix }) => suffix));
  const others = run.cells.filter(({ id, ruby }) => suffixes.has(id.slice(ruby.length)));
  return [...new Set(others.flatMap(({ id, ruby }) => whatIsIn(cellId(ruby, {}), id, run)))].join(', ');
}

/** Draws the marks of one row side by side, over the whole width. */
function rowPicture(marks: readonly (StripMark | null)[], columns: number): readonly Markup[] {
  const width = 100 / columns;
  return marks.flatMap((mark, index) => {
    if (mark === null) return [];
    const classes = heatClasses(mark);
    const isLow = classes.startsWith('clean');
    const [y, height] = isLow ? [ROW - GAP - LOW, LOW] : [GAP / 2, ROW - 2 * GAP];
    const at = markup`x="${percent(index * width)}" y="${y}" width="${percent(width * 0.9)}" height="${height}"`;
    return markup`<rect class="${classes}" ${at}><title>${titleOf(mark)}</title></rect>`;
  });
}

const percent = (share: number): string => `${Number(share.toFixed(3))}%`;

function titleOf({ name, cell, inferred }: StripMark): string {
  const word = cell === undefined && inferred !== null ? INFERRED_WORDS[inferred] : statusWord(cell);
  const rate = cell?.verdict === 'leak' ? (reportedSlope(cell)?.perIteration ?? null) : null;
  return `${printable(name)}: ${word}${rate === null ? '' : `, ${formatRate(rate)} B/iteration`}`;
}

/** Names the series below its columns; a narrow page cuts what has no room. */
function seriesNames({ series, columns }: Grid): readonly Markup[] {
  let from = 0;
  return series.map(({ title, columns: own }) => {
    const x = percent((100 * from) / columns);
    from += own;
    return markup`<svg x="${x}" width="${percent((100 * own) / columns)}" height="${NAMES}"><path d="M.5 0V5"/><text x="3" y="13">${title}</text></svg>`;
  });
}

/** `2.3.0–2.3.8 · 64 B`: the leaks, each group of cells with its rate and its colour. */
function labels(run: RunRecord): Markup {
  const leaks = groupCells(run.cells, run.listed).flatMap((group) => {
    if (group.kind !== 'leak') return [];
    const heat = run.cells.find(({ id }) => id === group.cells[0]);
    return heat === undefined ? [] : [{ names: namesOf(group.cells, run), group, heat: heatLevel(heat) }];
  });
  const items = leaks.map(
    ({ names, group, heat }) =>
      markup`<li>${swatch(`leak heat-${heat}`)} ${names}${rateOf(group.rates.map((rate) => rate.perIteration))}</li>`,
  );
  const heats = new Set(leaks.map(({ heat }) => heat));
  const scale = heats.size < 2 ? [] : [...heats].toSorted((a, b) => a - b).map(scaleItem);
  return markup`<ul class="legend" aria-label="Leaks by size">${items}${scale}</ul>`;
}

const scaleItem = (heat: number): Markup =>
  markup`<li class="scale">${swatch(`leak heat-${heat}`)} ${heat === 1 ? '' : 'from '}${HEAT_WORDS[heat - 1] ?? ''}</li>`;

const swatch = (classes: string): Markup =>
  markup`<svg class="heat swatch" width="16" height="16" aria-hidden="true"><rect class="${classes}" width="16" height="16"/></svg>`;

function rateOf(rates: readonly number[]): string {
  const known = rates.filter(Number.isFinite);
  if (known.length === 0) return '';
  const ends = [...new Set([Math.min(...known), Math.max(...known)].map(formatRate))];
  return ` · ${ends.join('–')} B`;
}

const namesOf = (cells: readonly string[], run: RunRecord): string =>
  printable(joinNames(nameRanges(cells, run.listed)));

/** Returns what the cells of a row show, as text. */
function groupTexts(run: RunRecord, suffix: string): readonly string[] {
  const cells = run.cells.filter(({ id, ruby }) => id.slice(ruby.length) === suffix);
  const groups = groupCells(
    cells.filter(({ state }) => state === 'done'),
    run.listed,
  );
  const texts = groups.map((group) => {
    const rate = group.kind === 'leak' ? rateOf(group.rates.map((one) => one.perIteration)) : '';
    const word = group.kind === 'unmeasured' ? 'not measured' : group.kind;
    return `${word}${rate}: ${namesOf(group.cells, run)}`;
  });
  return texts.length === 0 ? ['nothing measured yet'] : texts;
}
