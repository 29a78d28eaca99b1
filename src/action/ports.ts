import type { RunRecord } from '../domain/run/record.ts';
import type { Inputs } from './inputs.ts';

/** Result of one script. */
export interface ScriptResult {
  /** Path as it was found, from the workspace. */
  readonly path: string;
  /** null where the script could not be run at all; `problems` says why. */
  readonly run: RunRecord | null;
  /** The page of the run, one self-contained file. */
  readonly html: string | null;
  /** Further reasons that fail the step, a line each, beside leaks and unmeasured rubies. */
  readonly problems: readonly string[];
  readonly failed: boolean;
}

/**
 * Measures scripts: with the runner's own engine, or through a service.
 * @throws {Error} with a message for a person
 */
export type Measure = (inputs: Inputs, scripts: readonly string[]) => Promise<readonly ScriptResult[]>;

export interface Annotation {
  readonly level: 'error' | 'warning' | 'notice';
  readonly title: string;
  readonly message: string;
  /** From the workspace; null: of no file. */
  readonly file: string | null;
  readonly line: number | null;
}

/** What the runner offers a step. */
export interface Runner {
  readonly env: Readonly<Record<string, string | undefined>>;
  input(name: string): string;
  output(name: string, value: string): void;
  /** Appends to the job summary; does nothing where there is none. */
  summary(markdown: string): Promise<void>;
  annotate(annotation: Annotation): void;
  /** Keeps a value out of the log. */
  hide(secret: string): void;
  /** Fails the step; with an error annotation of its own unless there is one already. */
  fail(message: string | null): void;
  /** Writes a line to the log that is never read as a command, whatever it contains. */
  log(line: string): void;
  /** Prevents anything that is written from being read as a command, until it is disposed. */
  guard(): Disposable;
}
