import type { RunRecord } from '../domain/record.ts';
import type { ExitCode } from './command-error.ts';
import { exitCodeOf } from './exit-code.ts';
import { differences, type Expectation } from './expectation.ts';
import type { FailOn } from './fail-on.ts';

/** Whether a run is what was asked for. */
export interface Judged {
  /** Where it differs from what was expected, a line each, with the place where that was said. */
  readonly problems: readonly string[];
  readonly exitCode: ExitCode;
}

/** Holds a run against --expect (null: nothing was expected) and --fail-on. */
export function judged(
  run: RunRecord,
  expected: Expectation | null,
  failOn: FailOn,
  interrupted: boolean,
): Judged {
  const differs = expected && differences(run, expected);
  const problems = (differs ?? []).map((line) => `${expected?.where}: ${line}`);
  return { problems, exitCode: exitCodeOf(run, failOn, differs, interrupted) };
}
