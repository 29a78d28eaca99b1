import { cellId, parseCellId } from '../../../src/domain/cell/cell-id.ts';
import type { CellName } from '../../../src/domain/cell/configuration.ts';

/**
 * Names the cell of an id as people write it: `2.3.6`, `3.4.10+yjit`; of any other text, a ruby of that name.
 */
export function cellNamed(text: string): CellName {
  const { ruby, settings } = parseCellId(text) ?? { ruby: text, settings: {} };
  return { id: cellId(ruby, settings), ruby, settings };
}
