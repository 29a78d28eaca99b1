import { type CellId, compareTexts, splitCellId } from '../cell/cell-id.ts';
import type { CellRecord, RunRecord } from './record.ts';

/** Sorts the cells of a run by the order of the matrix, each once; commits by that of their history. */
export const orderedCells = ({ bisect, cells, listed }: RunRecord): readonly CellRecord[] =>
  (bisect?.commits ?? null) === null ? inOrder(cells, listed) : cells;

/** Sorts cells by the order of the matrix, each once; of one ruby, that with standard settings first. */
export function inOrder<T extends { readonly id: CellId }>(
  cells: readonly T[],
  listed: readonly string[],
): readonly T[] {
  const byId = new Map<string, T>(cells.map((cell) => [cell.id, cell]));
  return inListedOrder([...byId.keys()], listed).flatMap((id) => byId.get(id) ?? []);
}

/**
 * Sorts ids by the order of the matrix; those whose ruby it does not list come last. Of one ruby, that with
 * standard settings comes first.
 * @param ids ids of cells, or names of rubies
 */
export function inListedOrder(ids: readonly string[], listed: readonly string[]): readonly string[] {
  const places = new Map(listed.map((name, index) => [name, index]));
  const all = ids.map((id) => ({ id, ...splitCellId(id) }));
  const placeOf = ({ ruby }: { readonly ruby: string }): number => places.get(ruby) ?? listed.length;
  return all
    .toSorted((a, b) => placeOf(a) - placeOf(b) || (a.ruby === b.ruby ? compareTexts(a.suffix, b.suffix) : 0))
    .map(({ id }) => id);
}
