import type { CellRecord, RunRecord } from '../domain/record.ts';
import { inListedOrder } from './release-names.ts';

/** The cells of a run in the order of the matrix, each ruby once. */
export function orderedCells(run: RunRecord): readonly CellRecord[] {
  const cells = new Map(run.cells.map((cell) => [cell.ruby, cell]));
  return inListedOrder([...cells.keys()], run.listed).flatMap((name) => cells.get(name) ?? []);
}
