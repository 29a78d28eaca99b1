import type { RunRecord } from '../domain/record.ts';
import { EXIT, type ExitCode } from './command-error.ts';
import type { FailOn } from './fail-on.ts';

/** The exit code of a run: interrupted before tripped before unmeasured. */
export function exitCodeOf(run: RunRecord, failOn: FailOn, differs: boolean, interrupted: boolean): ExitCode {
  if (interrupted) return EXIT.interrupted;
  const has = (verdict: string): boolean => run.cells.some((cell) => cell.verdict === verdict);
  const missing = run.cells.some((cell) => cell.outcome !== 'measured' || cell.verdict === null);
  const tripped =
    differs ||
    (failOn.leak && has('leak')) ||
    (failOn.inconclusive && has('inconclusive')) ||
    (failOn.missing && missing);
  if (tripped) return EXIT.tripped;
  return missing && !failOn.never ? EXIT.unmeasured : EXIT.ok;
}
