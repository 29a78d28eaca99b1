import type { CellId } from '../../domain/cell/cell-id.ts';
import type { SearchedCell } from '../../domain/bisect/bisect-record.ts';
import type { RunRecord } from '../../domain/run/record.ts';

/** State that a search infers for a cell that it did not measure. */
export type InferredState = 'leak' | 'clean' | 'failed' | 'unavailable';

/** The states as text, with their basis. */
export const INFERRED_WORDS: Readonly<Record<InferredState, string>> = {
  leak: 'leak, which follows from others',
  clean: 'clean, which follows from others',
  failed: 'script error, which follows from others',
  unavailable: 'not available here',
};

const WORST_FIRST = ['leak', null, 'fails', 'clean'] as const;

/**
 * Finds the cells of a search that were not measured, with their inferred states; of several loops, that of
 * the worst.
 */
export function inferredStates({ bisect }: RunRecord): ReadonlyMap<CellId, InferredState> {
  const states = new Map<CellId, SearchedCell['state'][]>();
  for (const { cells } of bisect?.findings ?? [])
    for (const { cell, state, isMeasured } of cells)
      if (!isMeasured) states.set(cell, [...(states.get(cell) ?? []), state]);
  const known = [...states].flatMap(([cell, all]): (readonly [CellId, InferredState])[] => {
    const worst = WORST_FIRST.find((state) => all.includes(state)) ?? null;
    return worst === null ? [] : [[cell, worst === 'fails' ? 'failed' : worst]];
  });
  return new Map([...(bisect?.unavailable ?? []).map((cell) => [cell, 'unavailable'] as const), ...known]);
}
