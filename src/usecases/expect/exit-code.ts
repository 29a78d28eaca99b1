import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { EXIT, type ExitCode } from '../command-error.ts';
import type { FailOn } from '../options/fail-on.ts';

/** Exit codes, the worst first. */
const WORST_FIRST: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.internal,
  EXIT.noEngine,
  EXIT.usage,
  EXIT.tripped,
  EXIT.unmeasured,
];

/** Picks the exit code of several scripts: the worst of theirs. */
export function worstOf(codes: readonly ExitCode[]): ExitCode {
  return WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.ok;
}

/**
 * Chooses the exit code of a run: interrupted before tripped before unmeasured. Expected leaks do not trip
 * --fail-on leak.
 * @param differences lines that show where the run differs from an expectation; null where there is none.
 * Leaks that
 *   are expected do not trip --fail-on leak.
 */
export function exitCodeOf(
  run: RunRecord,
  failOn: FailOn,
  differences: readonly string[] | null,
  interrupted: boolean,
): ExitCode {
  if (interrupted) return EXIT.interrupted;
  const has = (verdict: string): boolean => run.cells.some((cell) => cell.verdict === verdict);
  // A search works around what it cannot measure.
  const missing = run.bisect === null ? run.cells.some(isMissing) : run.cells.every(isMissing);
  const tripped =
    (differences ?? []).length > 0 ||
    (failOn.leak && differences === null && has('leak')) ||
    (failOn.inconclusive && has('inconclusive')) ||
    (failOn.missing && missing);
  if (tripped) return EXIT.tripped;
  return missing && !failOn.never ? EXIT.unmeasured : EXIT.ok;
}

const isMissing = ({ outcome, verdict }: CellRecord): boolean => outcome !== 'measured' || verdict === null;
