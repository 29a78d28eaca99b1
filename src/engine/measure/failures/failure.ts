import type { CellCode } from '../../../domain/measurement/cell-codes.ts';
import type { FailureKind, Stage } from '../../../domain/measurement/outcome.ts';
import { isJudged, type ScriptLoop } from '../../../domain/loops/script-loop.ts';
import type { ScriptError, TraceBuilder } from '../../../protocol/trace-builder.ts';
import type { Limits } from '../../../domain/ruby/ruby.ts';
import type { ContainerEnd } from '../../ports.ts';
import { limitReached, taskRefused } from './limit-reached.ts';

/** A cell that was not measured: what happened, where, and what to do. */
export interface Failure {
  readonly kind: FailureKind;
  readonly stage: Stage;
  readonly code: CellCode;
  readonly message: string;
  readonly line: number | null;
}

export interface FailureContext {
  readonly scriptName: string;
  readonly loops: readonly ScriptLoop[];
  readonly limits: Pick<Limits, 'startSeconds' | 'memoryMiB' | 'pids' | 'openFiles'>;
}

const failure = (
  kind: FailureKind,
  stage: Stage,
  code: CellCode,
  message: string,
  line?: number | null,
): Failure => ({
  kind,
  stage,
  code,
  message,
  line: line ?? null,
});

const FLOOD_REMEDY = ': its own reports cannot be trusted (file descriptor 198 is not for scripts)';

/**
 * Determines how a container failed. Null when the script ran its loop and ended normally, or by the budget:
 * then the samples decide. `end` is null while the container still has to be killed.
 */
export function failureOf(trace: TraceBuilder, end: ContainerEnd, where: FailureContext): Failure | null {
  const found = knownFailure(trace, end, where);
  // A script that was refused a thread may fail in any way: some rubies then wait for it forever.
  if (!trace.wasRefusedTask || found === null || found.code === 'process-limit') return found;
  return { ...found, message: `${found.message}\n${taskRefused(where.limits)}` };
}

function knownFailure(trace: TraceBuilder, end: ContainerEnd, where: FailureContext): Failure | null {
  const stage: Stage = trace.samples.length > 0 ? 'loop' : trace.description === null ? 'start' : 'setup';
  if (trace.flooded !== null)
    return failure('script-error', stage, 'script-meddled', `${trace.flooded}${FLOOD_REMEDY}`);
  if (trace.failed !== null)
    return failure('engine-error', stage, 'measuring-failed', trace.failed + diagnostics(end));
  if (end.kind === 'engine-lost') return failure('engine-error', stage, 'engine-lost', end.message);
  const exit = trace.exit;
  if (exit?.oom === true || (exit === null && end.oomKilled)) return outOfMemory(trace, stage, where);
  if (exit === null) {
    const by = signalOf(end.exitCode);
    if (stage !== 'start' && by !== null && !FROM_OUTSIDE.has(by)) {
      return failure(
        'script-error',
        stage,
        'script-meddled',
        `the script stopped the process that measures it (${by})${diagnostics(end)}`,
      );
    }
    return failure(
      'engine-error',
      stage,
      'container-lost',
      `the container ended without a report (exit code ${end.exitCode})${diagnostics(end)}`,
    );
  }
  if (exit.reason === 'start-timeout') {
    const loop = describeLoops(where, 'its loop');
    return failure(
      'timed-out',
      stage,
      'start-timeout',
      `the script did not reach ${loop} within ${where.limits.startSeconds} seconds`,
    );
  }
  if (exit.reason === 'budget') return null;
  return scriptFailure(trace, stage, where);
}

/** Reads what the supervisor, tar or the loader wrote to stderr; the script's own stderr never goes there. */
function diagnostics(end: ContainerEnd): string {
  const stderr = end.kind === 'exited' ? end.stderr.trim().split('\n').slice(-3).join(' | ') : '';
  return stderr === '' ? '' : ` (${stderr})`;
}

function outOfMemory(trace: TraceBuilder, stage: Stage, where: FailureContext): Failure {
  const iterations = trace.samples.at(-1)?.iterations ?? 0;
  const when = stage === 'loop' ? `after about ${iterations} iterations` : 'before its loop';
  return failure(
    'out-of-memory',
    stage,
    'memory-limit',
    `the script needed more than ${where.limits.memoryMiB} MiB ${when} (limits.memoryMiB in matrix.yaml)`,
  );
}

const SIGNALS: Record<number, string> = {
  4: 'SIGILL',
  6: 'SIGABRT',
  7: 'SIGBUS',
  8: 'SIGFPE',
  9: 'SIGKILL',
  11: 'SIGSEGV',
  13: 'SIGPIPE',
  15: 'SIGTERM',
  24: 'SIGXCPU',
  25: 'SIGXFSZ',
  31: 'SIGSYS',
};

/** Signals that the first process of a container can only get from outside. */
const FROM_OUTSIDE: ReadonlySet<string> = new Set(['SIGKILL', 'SIGTERM']);

/** Names the signal that ended a container, by its exit code; null for a program that ended by itself. */
function signalOf(exitCode: number): string | null {
  return SIGNALS[exitCode - 128] ?? null;
}

function scriptFailure(trace: TraceBuilder, stage: Stage, where: FailureContext): Failure | null {
  const { exit, error } = trace;
  const inLoop = trace.samples.length > 0;
  if (error !== null && !(inLoop && isAfterAllLoops(error, trace, where)))
    return raised(error, trace, stage, where);
  if (exit !== null && exit.signal !== 0) {
    const name = SIGNALS[exit.signal] ?? `signal ${exit.signal}`;
    const bug = /\[BUG\].*/.exec(trace.output().text)?.[0];
    const stderr = bug === undefined ? lastLines(trace) : `: ${bug}`;
    return failure(
      'script-error',
      stage,
      'script-killed',
      `ruby was ended by ${name}${stderr}`,
      lineIn(trace, where)?.line,
    );
  }
  if (inLoop && (trace.loopEnded !== null || trace.samples.length > 1)) return null;
  if (exit !== null && (exit.code !== 0 || inLoop)) {
    const place = inLoop ? ' inside its loop' : '';
    return failure(
      'script-error',
      stage,
      'script-exited',
      `the script ended with exit code ${exit.code}${place}${lastLines(trace)}`,
      lineIn(trace, where)?.line,
    );
  }
  const loop = describeLoops(where, 'a loop that could be measured');
  return failure(
    'script-error',
    stage,
    'loop-not-reached',
    `the script ended before it reached ${loop}${lastLines(trace)}`,
  );
}

/**
 * Tells whether an exception came after all loops that could be judged: then their results count. An
 * exception inside of a loop, or before one that never ran, is a failure of the script.
 */
function isAfterAllLoops(error: ScriptError, trace: TraceBuilder, { loops }: FailureContext): boolean {
  const last = trace.stretches.all.at(-1);
  const loop = last === undefined ? undefined : loops[last.site];
  if (last === undefined || loop === undefined || last.ended === 'raised') return false;
  const isBelow = error.line !== null && error.line > loop.endLine;
  if (last.ended === null && trace.loopEnded === null && !isBelow) return false;
  const ran = new Set(trace.samples.at(-1)?.loops.map(([site]) => site));
  return !loops.some(
    (one, site) => isJudged(one) && one.method === null && !ran.has(site) && one.line > (error.line ?? 0),
  );
}

/** Names the loops in a message: `its loop at line 4`, `one of its loops (line 2, 4)`. */
function describeLoops({ loops }: FailureContext, otherwise: string): string {
  const lines = [...new Set(loops.filter(({ role }) => role !== 'rounds').map(({ line }) => line))];
  if (lines.length === 0) return otherwise;
  if (lines.length === 1) return `its loop at line ${lines[0]}`;
  return `one of its loops (line ${lines.slice(0, 8).join(', ')}${lines.length > 8 ? ', …' : ''})`;
}

/**
 * Describes an exception that nobody rescued. For some SyntaxErrors the details are only in what Ruby
 * printed.
 */
function raised(error: ScriptError, trace: TraceBuilder, stage: Stage, where: FailureContext): Failure {
  const printed = error.className === 'SyntaxError' && error.line === null ? lineIn(trace, where) : null;
  if (printed !== null)
    return failure('script-error', stage, 'syntax-error', `SyntaxError: ${printed.text}`, printed.line);
  const said = `${error.className}: ${error.message}`;
  const limit = limitReached(error, where.limits);
  if (limit !== null)
    return failure('script-error', stage, limit.code, `${said}\n${limit.explanation}`, error.line);
  const code = error.className === 'SyntaxError' ? 'syntax-error' : 'script-raised';
  return failure('script-error', stage, code, said, error.line);
}

function lastLines(trace: TraceBuilder): string {
  const lines = trace.output().text.trim().split('\n').slice(-4).join(' | ').trim();
  return lines === '' ? '' : `: ${lines.slice(-600)}`;
}

/** Finds the first printed line that names a line of the script: `repro.rb:3: syntax error, …`. */
function lineIn(
  trace: TraceBuilder,
  where: FailureContext,
): { readonly line: number; readonly text: string } | null {
  const name = where.scriptName.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const found = new RegExp(`(?:^|[/\\s])${name}:(\\d+):(.*)`, 'm').exec(trace.output().text);
  return found?.[1] === undefined ? null : { line: Number(found[1]), text: (found[2] ?? '').trim() };
}
