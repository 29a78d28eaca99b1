import type { RunEvent } from '../../domain/run/event.ts';
import type { RunRecord } from '../../domain/run/record.ts';

/** An event and its number; numbers only grow, across restarts of the service too. */
export interface NumberedEvent {
  readonly id: number;
  readonly event: RunEvent;
}

/** One reader of a run's events. */
export interface EventReader {
  /** The next event, when there is one; null when no more will come. */
  next(): Promise<NumberedEvent | null>;
  close(): void;
}

/** Events that are kept for readers who come back. */
const KEPT = 512;
/** Events that a reader may be behind; then it gets the present record instead of what it missed. */
const MOST_BEHIND = 256;

/** Numbers begin at the time, in microseconds: those of a restarted service are above those from before. */
export const firstEventId = (timestamp: string): number => Date.parse(timestamp) * 1000;

/** The events of a run under way, numbered; a bounded number of them is kept for late readers. */
export class EventLog {
  readonly #present: () => RunRecord;
  readonly #kept: NumberedEvent[] = [];
  readonly #readers = new Set<Reader>();
  #next: number;
  #closed = false;
  /** The present record as an event, the same for all who ask while it stays. */
  #latest: NumberedEvent | null = null;

  /** @param present the record as it is now, for readers that missed more than is kept */
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

  /** No more events: readers end when they have read what there is. */
  close(): void {
    this.#closed = true;
    for (const reader of this.#readers) reader.end();
    this.#readers.clear();
  }

  /** @param after number of the last event the reader has; null: it gets the present record first */
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
    // Too far behind to get every event: the present record says the same in one.
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
