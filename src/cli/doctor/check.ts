import { printable } from '../../report/text/printable.ts';
import type { Style } from '../../report/text/style.ts';
import type { ExitCode } from '../../usecases/command-error.ts';

/** One thing that runs need, and in which state it is. */
export interface Check {
  readonly what: string;
  /** `limited`: runs work, but not all of them, or not for long. */
  readonly state: 'ok' | 'limited' | 'missing';
  readonly found: string;
  /** The command, or the step, that fixes it. */
  readonly remedy: string | null;
  /** Exit code of `matrix doctor` when this is missing. */
  readonly exitCode: ExitCode;
}

const WORDS: Readonly<Record<Check['state'], string>> = {
  ok: 'ok     ',
  limited: 'limited',
  missing: 'missing',
};

/** Formats the checks as lines: state, name and finding, with the fix below. */
export function checkLines(checks: readonly Check[], style: Style): readonly string[] {
  const width = Math.max(0, ...checks.map((check) => check.what.length));
  const paint = { ok: style.green, limited: style.yellow, missing: style.red };
  return checks.flatMap((check) => {
    const line = `${paint[check.state](WORDS[check.state])}  ${check.what.padEnd(width)}  ${printable(check.found)}`;
    return check.remedy === null ? [line] : [line, `${' '.repeat(11 + width)}→ ${printable(check.remedy)}`];
  });
}
