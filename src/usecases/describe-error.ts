import { EngineError, StoreError } from '../engine/ports.ts';
import { RequestError } from '../engine/plan/run-request.ts';
import { CommandError, type CommandFailure } from './command-error.ts';

/** What a person, or a program, is told of an error; what is expected of no error is a bug. */
export function describeError(error: unknown): CommandFailure {
  if (error instanceof CommandError) return { code: error.code, message: error.message };
  if (error instanceof EngineError) return { code: 'no-engine', message: error.message };
  if (error instanceof StoreError) return { code: 'results-unusable', message: error.message };
  if (error instanceof RequestError) return { code: 'not-measurable', message: error.message };
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const message = `this is a bug of matrix, please report it with the lines below\n${stack}`;
  return { code: 'internal', message };
}
