import type { CellId } from '../domain/cell/cell-id.ts';
import type { CellRecord } from '../domain/run/record.ts';
import type { ScriptResult } from './ports.ts';

/**
 * Makes the outputs that later steps read. Over several scripts a cell is named once, with its worst result
 * in any of them: it leaks, could not be measured, is inconclusive, or is clean in all.
 */
export function outputsOf(results: readonly ScriptResult[]): Readonly<Record<string, string>> {
  const cells = results.flatMap((result) => result.run?.cells ?? []);
  const worst = new Map<CellId, Word>();
  for (const cell of cells) {
    const words = [wordOf(cell), worst.get(cell.id)];
    worst.set(cell.id, WORST_FIRST.find((word) => words.includes(word)) ?? 'clean');
  }
  const named = (word: Word): string =>
    [...worst].flatMap(([id, its]) => (its === word ? [id] : [])).join(',');
  const all = new Set([
    ...worst.values(),
    ...(results.some((one) => one.run === null) ? ['unmeasured'] : []),
  ]);
  return {
    leaking: named('leak'),
    clean: named('clean'),
    inconclusive: named('inconclusive'),
    unmeasured: named('unmeasured'),
    verdict: WORST_FIRST.find((word) => all.has(word)) ?? 'unmeasured',
  };
}

const WORST_FIRST = ['leak', 'unmeasured', 'inconclusive', 'clean'] as const;
type Word = (typeof WORST_FIRST)[number];

function wordOf(cell: CellRecord): Word {
  return cell.outcome === 'measured' && cell.verdict !== null ? cell.verdict : 'unmeasured';
}
