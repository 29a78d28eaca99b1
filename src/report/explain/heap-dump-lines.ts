import type { RunRecord } from '../../domain/run/record.ts';
import { printable } from '../text/printable.ts';
import { shellWord } from '../text/command-line.ts';
import { explainedCells } from './finding-groups.ts';

/**
 * Says where the heap dumps of a run are, and how to look into them; of a leak that is not of objects, that there are
 * none.
 * @param saved paths of the dumps of each cell
 */
export function heapDumpLines(
  run: RunRecord,
  saved: ReadonlyMap<string, readonly string[]>,
): readonly string[] {
  const leaks = explainedCells(run, 'leak');
  if (leaks.length === 0) return ['no leak was explained, so there are no heap dumps'];
  return leaks.map(({ cell }) => {
    const [first, ...more] = saved.get(cell.id) ?? [];
    const last = more.at(-1);
    if (first === undefined || last === undefined)
      return `no heap dumps of ${printable(cell.id)}: ${cell.cause === 'objects' ? 'they could not be taken' : 'what leaks there are no Ruby objects'}`;
    return `heap dumps of ${printable(cell.id)}: sheap ${shellWord(first)} ${shellWord(last)}`;
  });
}
