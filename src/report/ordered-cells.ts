import type { CellId } from '../domain/cell-id.ts';
import type { CellRecord, RunRecord } from '../domain/record.ts';
import { inListedOrder } from './release-names.ts';

/** The cells of a run in the order of the matrix, each once. */
export const orderedCells = (run: RunRecord): readonly CellRecord[] => inOrder(run.cells, run.listed);

/** Cells in the order of the matrix, each once; those of one ruby with its standard settings first. */
export function inOrder<T extends { readonly id: CellId }>(
  cells: readonly T[],
  listed: readonly string[],
): readonly T[] {
  const byId = new Map<string, T>(cells.map((cell) => [cell.id, cell]));
  return inListedOrder([...byId.keys()], listed).flatMap((id) => byId.get(id) ?? []);
}
