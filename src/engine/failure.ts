import type { FailureKind, Stage } from '../domain/outcome.ts';
import type { TraceBuilder } from '../protocol/trace-builder.ts';
import type { ContainerEnd } from './ports.ts';

/** A cell that was not measured: what happened, where, and what to do. */
export interface Failure {
  readonly kind: FailureKind;
  readonly stage: Stage;
  readonly message: string;
  readonly line: number | null;
}

export interface FailureContext {
  readonly scriptName: string;
  readonly loopLine: number | null;
  readonly startSeconds: number;
  readonly memoryMiB: number;
}

const failure = (kind: FailureKind, stage: Stage, message: string, line: number | null = null): Failure => ({ kind, stage, message, line });

/**
 * Reads how a container ended. Null when the script ran its loop and ended in an orderly way, or by the budget:
 * then the samples speak. `end` is null while the container still had to be killed by us.
 */
export function failureOf(told: TraceBuilder, end: ContainerEnd, where: FailureContext): Failure | null {
  const stage: Stage = told.samples.length > 0 ? 'loop' : told.description === null ? 'start' : 'setup';
  if (told.failed !== null) return failure('engine-error', stage, told.failed + diagnostics(end));
  if (end.kind === 'engine-lost') return failure('engine-error', stage, end.message);
  const exit = told.exit;
  if (exit?.oom === true || (exit === null && end.oomKilled)) return outOfMemory(told, stage, where);
  if (exit === null) {
    return failure('engine-error', stage, `the container ended without a word (exit code ${end.exitCode})${diagnostics(end)}`);
  }
  if (exit.reason === 'start-timeout') {
    const loop = where.loopLine === null ? 'its loop' : `its loop at line ${where.loopLine}`;
    return failure('timed-out', stage, `the script did not reach ${loop} within ${where.startSeconds} seconds`);
  }
  if (exit.reason === 'budget') return null;
  return scriptFailure(told, stage, where);
}

/** What the supervisor, tar or the loader said on stderr; the script's own stderr never goes there. */
function diagnostics(end: ContainerEnd): string {
  const said = end.kind === 'exited' ? end.stderr.trim().split('\n').slice(-3).join(' | ') : '';
  return said === '' ? '' : ` (${said})`;
}

function outOfMemory(told: TraceBuilder, stage: Stage, where: FailureContext): Failure {
  const iterations = told.samples.at(-1)?.iterations ?? 0;
  const when = stage === 'loop' ? `after about ${iterations} iterations` : 'before its loop';
  return failure('out-of-memory', stage, `the script needed more than ${where.memoryMiB} MiB ${when} (limits.memory in matrix.yaml)`);
}

const SIGNALS: Record<number, string> = { 4: 'SIGILL', 6: 'SIGABRT', 7: 'SIGBUS', 8: 'SIGFPE', 9: 'SIGKILL', 11: 'SIGSEGV', 13: 'SIGPIPE', 15: 'SIGTERM', 24: 'SIGXCPU', 25: 'SIGXFSZ', 31: 'SIGSYS' };

function scriptFailure(told: TraceBuilder, stage: Stage, where: FailureContext): Failure | null {
  const { exit, error } = told;
  const ranLoop = told.samples.length >= 2;
  if (error !== null && !(told.loopEnded !== null && ranLoop)) {
    return failure('script-error', stage, `${error.className}: ${error.message}`, error.line);
  }
  if (exit !== null && exit.signal !== 0) {
    const name = SIGNALS[exit.signal] ?? `signal ${exit.signal}`;
    return failure('script-error', stage, `ruby was ended by ${name}${lastLines(told)}`, lineIn(told, where));
  }
  if (ranLoop) return null;
  if (exit !== null && exit.code !== 0) {
    return failure('script-error', stage, `the script ended with exit code ${exit.code}${lastLines(told)}`, lineIn(told, where));
  }
  const loop = where.loopLine === null ? 'a loop that could be measured' : `its loop at line ${where.loopLine}`;
  return failure('script-error', stage, `the script ended before it reached ${loop}${lastLines(told)}`);
}

function lastLines(told: TraceBuilder): string {
  const lines = told.output().text.trim().split('\n').slice(-4).join(' | ').trim();
  return lines === '' ? '' : `: ${lines.slice(-600)}`;
}

/** `repro.rb:3: syntax error, …` in what was printed. */
function lineIn(told: TraceBuilder, where: FailureContext): number | null {
  const name = where.scriptName.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const found = new RegExp(`(?:^|[/\\s])${name}:(\\d+):`, 'm').exec(told.output().text);
  return found?.[1] === undefined ? null : Number(found[1]);
}
