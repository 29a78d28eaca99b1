import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { formatCount, formatMicroseconds, formatRate, formatSlope } from '../text/format-number.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import { hasLoops, namesLoops } from '../loops/loop-views.ts';
import { markup, type Markup } from '../text/markup.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { printable } from '../text/printable.ts';
import { statusOf, statusWord } from '../rows/status.ts';
import { sign } from '../svg/sign.ts';
import { settingColumns, type SettingColumns } from '../rows/setting-columns.ts';
import { rowNote } from '../rows/table-row.ts';
import { CAUSE_WORDS } from '../cells/words.ts';
import { baseLink } from '../comparison/page-section.ts';
import { commonBase, environmentCell, haveHosts } from './environment.ts';
import { loopRows } from './loop-rows.ts';

/** Headings behind the ruby and the settings that vary. */
const HEADINGS: readonly (readonly [title: string, kind: '' | 'number'])[] = [
  ['Verdict, kind', ''],
  ['Bytes / iteration', 'number'],
  ['Slots / iteration', 'number'],
  ['[heap] bytes', 'number'],
  ['RSS bytes', 'number'],
  ['Iterations', 'number'],
  ['Time / iteration', 'number'],
  ['× fastest', 'number'],
  ['What was shown', ''],
  ['Environment', ''],
];

/** What the rows of a table have in common. */
interface Rows {
  /** Finds the shortest time of an iteration, in microseconds, on the machine of a cell: others are not comparable. */
  readonly fastestBeside: (cell: CellRecord) => number;
  readonly severalHosts: boolean;
  /** Base that all ran on; null where they differ. */
  readonly common: string | null;
  /** Whether loops are named, each in a row. */
  readonly named: boolean;
  readonly settings: SettingColumns;
  readonly mayChoose: boolean;
}

/**
 * Renders a row per ruby, in release order, and below it one per loop where the script has several.
 * @param mayChoose whether a cell of a comparison leads to the page where it is the base
 */
export function numbers(run: RunRecord, mayChoose = false): Markup {
  const ordered = orderedCells(run);
  const byHost = Map.groupBy(ordered, ({ host }) => host?.name);
  const fastestBeside = ({ host }: CellRecord): number =>
    Math.min(...(byHost.get(host?.name) ?? []).flatMap((cell) => cell.microsecondsPerIteration ?? []));
  const severalHosts = haveHosts(ordered);
  const common = commonBase(ordered);
  const settings = settingColumns(ordered);
  const names = ['Ruby', ...settings.titles.map(printable)].map((title) => [title, ''] as const);
  const heads = [...names, ...HEADINGS].map(
    ([title, kind]) => markup`<th scope="col"${kind === '' ? null : markup` class="${kind}"`}>${title}</th>`,
  );
  const named = namesLoops(run.cells);
  const bodies = ordered.map((cell) =>
    body(cell, { fastestBeside, severalHosts, common, named, settings, mayChoose }),
  );
  const base = common === null ? '' : ` All ran on ${common}.`;
  return markup`<section aria-labelledby="numbers">
  <h2 id="numbers">Numbers</h2>
  <div class="scroll" role="group" aria-label="Table, scrolls sideways" tabindex="0">
    <table class="figures">
      <thead><tr>${heads}</tr></thead>
      ${bodies}
    </table>
  </div>
  <p class="hint">
    Slope ± half of its 99 % interval, ${named ? 'per iteration of each loop' : 'per innermost iteration'}.<span data-part="base">${base}</span>
  </p>
</section>`;
}

/**
 * Renders the rows of one ruby, which are replaced as a whole: the number of loops may be known only at its
 * end.
 */
function body(cell: CellRecord, rows: Rows): Markup {
  const loops = rows.named && hasLoops(cell) ? loopRows(cell, 1 + rows.settings.titles.length) : null;
  return markup`<tbody data-part="row ${printable(cell.id)}">${row(cell, rows)}${loops}</tbody>`;
}

function row(cell: CellRecord, { fastestBeside, severalHosts, common, settings, mayChoose }: Rows): Markup {
  const [name = '', ...values] = settings.textsOf(cell).map(printable);
  const status = statusOf(cell);
  const time = cell.microsecondsPerIteration;
  const growth = cell.growth;
  const fastest = fastestBeside(cell);
  const relative = time === null || fastest <= 0 ? '' : `${(time / fastest).toFixed(1)}×`;
  const numbersOf = [
    number(slopeText(reportedSlope(cell)), 'slope'),
    number(slopeText(growth?.liveSlots ?? null)),
    number(slopeText(growth?.heap ?? null)),
    number(slopeText(growth?.rss ?? null)),
    number(cell.iterations === 0 ? '' : formatCount(cell.iterations), 'iterations'),
    number(time === null ? '' : formatMicroseconds(time)),
    number(relative),
  ];
  return markup`<tr data-row="${cell.id}">
<th scope="row">${mayChoose && cell.repeats !== null ? baseLink(cell.id, name) : name}</th>${values.map((value) => markup`<td class="setting">${value}</td>`)}
<td class="verdict">${sign(status)} <span class="word ${status}">${statusWord(cell)}</span>${detail(cell)}</td>${numbersOf}
<td class="shown">${shown(cell)}</td><td class="environment">${environmentCell(cell, common, severalHosts)}</td>
</tr>`;
}

/** Renders the kind of a leak; while a cell is running, the place for its progress. */
function detail(cell: CellRecord): Markup {
  return markup`<span class="detail">${cell.cause === null ? '' : CAUSE_WORDS[cell.cause]}</span>`;
}

function number(text: string, name = ''): Markup {
  return name === '' ? markup`<td>${text}</td>` : markup`<td class="${name}">${text}</td>`;
}

function slopeText(slope: Slope | null): string {
  return slope === null ? '' : formatSlope(slope);
}

/** Describes the evidence or the reason, and the sizes of the blocks that leak. */
function shown(cell: CellRecord): string {
  const sizes = cell.blockSizes
    .slice(0, 3)
    .map(({ bytes, perIteration }) => blocksText(perIteration, `${formatCount(bytes)} bytes`));
  const blocks = sizes.length === 0 ? '' : `blocks that stay, per iteration: ${sizes.join(', ')}`;
  return [rowNote(cell), blocks].filter((text) => text !== '').join('; ');
}

/** `1 × 56 bytes`; of blocks that are rare `1 × 4,096 bytes in 8,300 iterations`. */
function blocksText(perIteration: number, size: string): string {
  const rate = formatRate(perIteration);
  return rate === '0' ? `1 × ${size} in ${formatCount(1 / perIteration)} iterations` : `${rate} × ${size}`;
}
