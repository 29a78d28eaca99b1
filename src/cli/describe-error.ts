import { EngineError, StoreError } from '../engine/ports.ts';
import { RequestError } from '../engine/run-request.ts';
import { CommandError, EXIT, type ExitCode } from './command-error.ts';

/** What a person is told of an error, and the exit code it ends in; what is expected of no error is a bug. */
export function describeError(error: unknown): { readonly exitCode: ExitCode; readonly message: string } {
  if (error instanceof CommandError) return { exitCode: error.exitCode, message: error.message };
  if (error instanceof EngineError) return { exitCode: EXIT.noEngine, message: error.message };
  if (error instanceof StoreError || error instanceof RequestError) {
    return { exitCode: EXIT.usage, message: error.message };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `this is a bug of matrix, please report it with the lines below\n${stack}`;
  return { exitCode: EXIT.internal, message };
}
