import type { RunEvent } from '../../domain/run/event.ts';

/** Tells a person how the run is getting on; on stderr, so that stdout stays the result. */
export interface Progress {
  event(event: RunEvent): void;
  /** A line that stays. */
  say(line: string): void;
  /** Ends what is drawn live. */
  end(): void;
}

/** `--quiet`: nothing but lines that must be said. */
export function quietProgress(write: (text: string) => void): Progress {
  return { event: () => undefined, say: (line) => write(`matrix: ${line}\n`), end: () => undefined };
}
