import type { Ruby, Matrix } from '../domain/ruby.ts';
import type { CellRecord, RunRecord } from '../domain/record.ts';
import { selectRubies } from '../domain/selector.ts';
import { printable } from '../report/printable.ts';
import { verdictWord } from '../report/table-row.ts';
import type { Result } from './deps.ts';

/** Names of the rubies that are expected to leak. */
export type Expectation = ReadonlySet<string>;

/** `--expect none`: no ruby leaks. */
const NONE = 'none';

/** Reads --expect. An expectation that no ruby of the run could meet or break is an error, not a pass. */
export function parseExpectation(
  selector: string,
  matrix: Matrix,
  rubies: readonly Ruby[],
): Result<Expectation> {
  if (selector.trim() === NONE) return { ok: true, value: new Set() };
  const selection = selectRubies(matrix, [selector]);
  if (!selection.ok) return { ok: false, message: `--expect: ${selection.message}` };
  const names = new Set(selection.rubies.map((ruby) => ruby.name));
  if (rubies.some((ruby) => names.has(ruby.name))) return { ok: true, value: names };
  return {
    ok: false,
    message:
      `--expect ${selector}: none of these rubies is in this run ` +
      `(${rubies.map((ruby) => ruby.name).join(', ')}); name one that is, or ${NONE}`,
  };
}

/** Where the run differs from what was expected, one line each; empty when exactly the expected rubies leak. */
export function differences(run: RunRecord, expected: Expectation): readonly string[] {
  return run.cells.flatMap((cell) => {
    const leaks = cell.verdict === 'leak';
    if (leaks === expected.has(cell.ruby) || !ran(cell)) return [];
    const name = printable(cell.ruby);
    return leaks
      ? [`${name}: leaks, and was not expected to`]
      : [`${name}: was expected to leak, and is ${verdictWord(cell)}`];
  });
}

function ran(cell: CellRecord): boolean {
  return cell.outcome === 'measured' && cell.verdict !== null;
}
