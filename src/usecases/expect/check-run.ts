import type { RunRecord } from '../../domain/run/record.ts';
import type { ExitCode } from '../command-error.ts';
import { exitCodeOf } from './exit-code.ts';
import { differences, type Expectation } from './expectation.ts';
import type { FailOn } from '../options/fail-on.ts';

/** Result of checking a run. */
export interface CheckedRun {
  /** Differences from the expectation, one line each, with the place the expectation comes from. */
  readonly problems: readonly string[];
  readonly exitCode: ExitCode;
}

/** Checks a run against --expect (null: nothing was expected) and --fail-on. */
export function checkRun(
  run: RunRecord,
  expected: Expectation | null,
  failOn: FailOn,
  interrupted: boolean,
): CheckedRun {
  const differs = expected && differences(run, expected);
  const problems = (differs ?? []).map((line) => `${expected?.where}: ${line}`);
  return { problems, exitCode: exitCodeOf(run, failOn, differs, interrupted) };
}
