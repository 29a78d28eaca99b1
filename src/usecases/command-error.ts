import { EngineError, StoreError } from '../engine/ports.ts';
import { RequestError } from '../engine/plan/run-request.ts';

/** Exit codes, which scripts rely on. */
export const EXIT = {
  /** Measured, and nothing that --fail-on or --expect names. */
  ok: 0,
  /** --fail-on or --expect tripped. */
  tripped: 1,
  /** Usage or bad input. */
  usage: 2,
  /** Some ruby could not be measured. */
  unmeasured: 3,
  noEngine: 4,
  /** A bug of this program. */
  internal: 70,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Codes of failed commands, for programs, with their exit codes. */
const ERRORS = {
  usage: EXIT.usage,
  'unreadable-script': EXIT.usage,
  'unreadable-file': EXIT.usage,
  'unwritable-file': EXIT.usage,
  'bad-comment': EXIT.usage,
  'bad-config': EXIT.usage,
  'unknown-ruby': EXIT.usage,
  'over-limit': EXIT.usage,
  'unmeetable-expectation': EXIT.usage,
  'not-measurable': EXIT.usage,
  'results-unusable': EXIT.usage,
  'no-ruby-here': EXIT.unmeasured,
  'no-engine': EXIT.noEngine,
  internal: EXIT.internal,
} as const satisfies Record<string, ExitCode>;

export type ErrorCode = keyof typeof ERRORS;

/** Thrown to end a command: `message` says what was wrong, with which value, and what to do now. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly code: ErrorCode;

  constructor(message: string, code: ErrorCode = 'usage') {
    super(message);
    this.code = code;
  }
}

/** Failure of a command. */
export interface CommandFailure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** Returns the exit code that an error ends in. */
export const exitCodeFor = (code: ErrorCode): ExitCode => ERRORS[code];

/** Describes an error for people and programs; an unexpected one is a bug. */
export function describeError(error: unknown): CommandFailure {
  if (error instanceof CommandError) return { code: error.code, message: error.message };
  if (error instanceof EngineError) return { code: 'no-engine', message: error.message };
  if (error instanceof StoreError) return { code: 'results-unusable', message: error.message };
  if (error instanceof RequestError) return { code: 'not-measurable', message: error.message };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `this is a bug in matrix, please report it with the lines below\n${stack}`;
  return { code: 'internal', message };
}
