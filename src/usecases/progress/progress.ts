import type { RunEvent } from '../../domain/run/event.ts';

/** Shows the progress of the run on stderr, so that stdout holds the result only. */
export interface Progress {
  event(event: RunEvent): void;
  /** Prints a line that stays. */
  say(line: string): void;
  /** Ends the live display. */
  end(): void;
}

/** Creates the progress of `--quiet`: necessary lines only. */
export function quietProgress(write: (text: string) => void): Progress {
  return { event: () => undefined, say: (line) => write(`matrix: ${line}\n`), end: () => undefined };
}
