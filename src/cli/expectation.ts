import type { CellRecord, RunRecord } from '../domain/record.ts';
import type { Listing, Ruby } from '../domain/ruby.ts';
import { selectRubies } from '../domain/selector.ts';
import { printable } from '../report/printable.ts';
import { verdictWord } from '../report/table-row.ts';
import type { Result } from './deps.ts';
import type { Said } from './script-plan.ts';

/** Rubies that are expected to leak, and where that was said. */
export interface Expectation {
  readonly names: ReadonlySet<string>;
  readonly where: string;
}

/** `--expect none`: no ruby leaks. */
const NONE = 'none';

/**
 * Reads --expect, or the comments that stand in for it. An expectation that no ruby of the run could meet or break is
 * an error, not a pass. null: nothing is expected.
 */
export function parseExpectation(
  said: readonly Said<string>[],
  matrix: Listing,
  rubies: readonly Pick<Ruby, 'name'>[],
): Result<Expectation | null> {
  const [first] = said;
  if (first === undefined) return { ok: true, value: null };
  const { where } = first;
  const names = new Set<string>();
  for (const one of said) {
    if (one.value.trim() === NONE) continue;
    const selection = selectRubies(matrix, [one.value]);
    if (!selection.ok) return { ok: false, message: `${one.where}: ${selection.message}` };
    for (const ruby of selection.rubies) names.add(ruby.name);
  }
  const met = names.size === 0 || rubies.some((ruby) => names.has(ruby.name));
  if (met) return { ok: true, value: { names, where } };
  return {
    ok: false,
    message:
      `${where} ${said.map((one) => one.value).join(',')}: none of these rubies is in this run ` +
      `(${rubies.map((ruby) => ruby.name).join(', ')}); name one that is, or ${NONE}`,
  };
}

/** Where the run differs from what was expected, one line each; empty when exactly the expected rubies leak. */
export function differences(run: RunRecord, expected: Expectation): readonly string[] {
  return run.cells.flatMap((cell) => {
    const leaks = cell.verdict === 'leak';
    if (leaks === expected.names.has(cell.ruby) || !ran(cell)) return [];
    const name = printable(cell.ruby);
    return leaks
      ? [`${name}: leaks, and was not expected to`]
      : [`${name}: was expected to leak, and is ${verdictWord(cell)}`];
  });
}

function ran(cell: CellRecord): boolean {
  return cell.outcome === 'measured' && cell.verdict !== null;
}
