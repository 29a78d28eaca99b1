/** Exit codes of interfaces people script against. */
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

/** Ends a command: `message` says what was wrong, with which value, and what to do now. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
  readonly exitCode: ExitCode;

  constructor(message: string, exitCode: ExitCode = EXIT.usage) {
    super(message);
    this.exitCode = exitCode;
  }
}
