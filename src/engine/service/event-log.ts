import type { RunEvent } from '../../domain/run/event.ts';
import type { RunRecord } from '../../domain/run/record.ts';

/** An event and its number. Numbers only grow, even across restarts of the service. */
export interface NumberedEvent {
  readonly id: number;
  readonly event: RunEvent;
}

/** One reader of a run's events. */
export interface EventReader {
  /** Waits for the next event; null when no more will come. */
  next(): Promise<NumberedEvent | null>;
  close(): void;
}

/** Events that are kept for readers who reconnect. */
const KEPT = 512;
/** Events that a reader may be behind; beyond that it gets the current record instead. */
const MOST_BEHIND = 256;

/** Chooses the first number of a log: the time in microseconds, so that numbers grow across restarts. */
export const firstEventId = (timestamp: string): number => Date.parse(timestamp) * 1000;

/** Numbers the events of a running run, and keeps some of them for late readers. */
export class EventLog {
  readonly #present: () => RunRecord;
  readonly #kept: NumberedEvent[] = [];
  readonly #readers = new Set<Reader>();
  #next: number;
  #closed = false;
  /** The current record as an event, shared by all readers until it changes. */
  #latest: NumberedEvent | null = null;

  /** @param present gives the current record, for readers that missed more than is kept */
  constructor(firstId: number, present: () => RunRecord) {
    this.#next = firstId;
    this.#present = present;
  }

  publish(event: RunEvent): void {
    const numbered = { id: this.#next, event };
    this.#next += 1;
    this.#kept.push(numbered);
    if (this.#kept.length > KEPT) this.#kept.shift();
    for (const reader of this.#readers) reader.push(numbered);
  }

  /** Ends the log: readers end once they have read the remaining events. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  /** @param after number of the last event the reader has; null: it gets the current record first */
  read(after: number | null): EventReader {
    const oldest = this.#kept[0]?.id ?? this.#next;
    const known = after !== null && after >= oldest - 1 && after < this.#next;
    const missed = known ? this.#kept.filter(({ id }) => id > after) : [this.#now()];
    const reader = new Reader(
      missed,
      () => this.#now(),
      (one) => this.#readers.delete(one),
    );
    if (this.#closed) reader.end();
    else this.#readers.add(reader);
    return reader;
  }

  #now(): NumberedEvent {
    const [id, run] = [this.#next - 1, this.#present()];
    const known = this.#latest;
    if (known?.id === id && known.event.type === 'run' && known.event.run === run) return known;
    this.#latest = { id, event: { type: 'run', run } };
    return this.#latest;
  }
}

class Reader implements EventReader {
  #waiting: NumberedEvent[];
  readonly #now: () => NumberedEvent;
  readonly #left: (reader: Reader) => void;
  #ended = false;
  #wake: (() => void) | null = null;

  constructor(first: NumberedEvent[], now: () => NumberedEvent, left: (reader: Reader) => void) {
    this.#waiting = first;
    this.#now = now;
    this.#left = left;
  }

  push(event: NumberedEvent): void {
    this.#waiting.push(event);
    // Too far behind to get every event: the current record contains all of them.
    if (this.#waiting.length > KEPT + MOST_BEHIND) this.#waiting = [this.#now()];
    this.#wake?.();
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async next(): Promise<NumberedEvent | null> {
    while (this.#waiting.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
      this.#wake = null;
    }
    return this.#waiting.shift() ?? null;
  }

  close(): void {
    this.#left(this);
    this.#waiting = [];
    this.end();
  }
}
