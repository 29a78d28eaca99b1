import { STEP } from './build-script.ts';

const SHOWN_LINES = 8;
const LONGEST_LINE = 300;
/** How compilers, make and configure report errors. */
const COMPLAINT = /\berror\b|undefined reference|\*\*\*|cannot find|No such file|not found/i;

/** How a build ended. */
export interface BuildEnd {
  readonly exitCode: number | null;
  readonly log: string;
  readonly isTooLarge: boolean;
}

/** Describes why a commit did not build: the step, and its first errors. */
export function describeBuildError(
  { exitCode, log, isTooLarge }: BuildEnd,
  { overdue, outOfMemory }: { readonly overdue: boolean; readonly outOfMemory: boolean },
): string {
  if (isTooLarge) return 'it installs more than 1 GiB';
  if (overdue) return 'it was not built within an hour';
  if (outOfMemory) return 'the build ran out of memory: measure fewer at a time with --jobs';
  const at = log.lastIndexOf(STEP);
  const step = at === -1 ? 'unpack' : log.slice(at + STEP.length).split('\n', 1)[0];
  const lines = log
    .slice(Math.max(0, at))
    .split('\n')
    .filter((line) => line.trim() !== '');
  const complaints = lines.filter((line) => COMPLAINT.test(line)).slice(0, SHOWN_LINES);
  const shown = complaints.length > 0 ? complaints : lines.slice(-SHOWN_LINES);
  return [
    `it does not build (${step}, exit code ${exitCode ?? 'unknown'}):`,
    ...shown.map((line) => `  ${line.slice(0, LONGEST_LINE)}`),
  ].join('\n');
}
