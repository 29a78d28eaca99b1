import { cellId, parseCellId, splitCellId, type CellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import type { Listing } from '../../domain/ruby/ruby.ts';
import { selectRubies } from '../../domain/ruby/selector.ts';
import { printable } from '../../report/text/printable.ts';
import { verdictWord } from '../../report/rows/table-row.ts';
import type { Result } from '../../domain/result.ts';
import type { WithOrigin } from '../scripts/script-plan.ts';

/** Cells that are expected to leak, and where that is written. */
export interface Expectation {
  readonly cells: ReadonlySet<CellId>;
  readonly where: string;
}

/** `--expect none`: no ruby leaks. */
const NONE = 'none';

/**
 * Reads --expect, or the comments in its place: selectors, followed by settings where cells have any (`3.4+yjit`). An
 * expectation that no cell of the run could meet or break is an error, not a pass. null: nothing is expected.
 */
export function parseExpectation(
  expected: readonly WithOrigin<string>[],
  matrix: Listing,
  ran: readonly CellId[],
): Result<Expectation | null> {
  const [first] = expected;
  if (first === undefined) return { ok: true, value: null };
  const { origin } = first;
  const cells = new Set<CellId>();
  for (const one of expected) {
    if (one.value.trim() === NONE) continue;
    for (const text of one.value.split(',')) {
      const selected = selectCells(matrix, text.trim());
      if (!selected.ok) return { ok: false, message: `${one.origin}: ${selected.message}` };
      for (const id of selected.value) for (const meant of meantBy(id, ran)) cells.add(meant);
    }
  }
  const met = cells.size === 0 || ran.some((id) => cells.has(id));
  if (met) return { ok: true, value: { cells, where: origin } };
  return {
    ok: false,
    message:
      `${origin} ${expected.map((one) => one.value).join(',')}: none of these rubies is in this run ` +
      `(${ran.join(', ')}); name one that is, or ${NONE}`,
  };
}

/** Finds the cells that an id means: an image named without a digest means every digest of it. */
function meantBy(id: CellId, ran: readonly CellId[]): readonly CellId[] {
  const image = parseCellId(id)?.settings.image;
  if (image === undefined || image.includes('@')) return [id];
  const those = ran.filter((one) => one.replace(/@[0-9a-f]+(?=\+|$)/, '') === id);
  return those.length === 0 ? [id] : those;
}

/** Selects the cells of a selector: those with standard settings, or with the settings behind its `+`. */
function selectCells(matrix: Listing, text: string): Result<readonly CellId[]> {
  const { ruby, suffix } = splitCellId(text);
  const settings = suffix === '' ? {} : parseCellId(text)?.settings;
  if (settings === undefined)
    return {
      ok: false,
      message: `${text}: ${suffix} names no settings; write them as the run does: 3.4+yjit`,
    };
  const selection = selectRubies(matrix, [ruby]);
  if (!selection.ok) return selection;
  return { ok: true, value: selection.value.map(({ name }) => cellId(name, settings)) };
}

/**
 * Lists where the run differs from the expectation, one line each; empty when exactly the expected rubies
 * leak.
 */
export function differences(run: RunRecord, expected: Expectation): readonly string[] {
  return run.cells.flatMap((cell) => {
    const leaks = cell.verdict === 'leak';
    if (leaks === expected.cells.has(cell.id) || !wasJudged(cell)) return [];
    const name = printable(cell.id);
    return leaks
      ? [`${name}: leaks, and was not expected to`]
      : [`${name}: was expected to leak, and is ${verdictWord(cell)}`];
  });
}

function wasJudged(cell: CellRecord): boolean {
  return cell.outcome === 'measured' && cell.verdict !== null;
}
