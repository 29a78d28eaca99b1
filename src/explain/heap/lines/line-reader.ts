import type { Gap } from './dump-line.ts';

const NEWLINE = 0x0a;
/** From this length on a line that has no end yet is shortened. */
const LONG = 65_536;
/** A line that is as long as this and can't be shortened is not one of a heap dump. */
const TOO_LONG = 1_048_576;

/** A reader of lines. */
export interface LineSink {
  /** One line without its newline: bytes[from, to). */
  line(bytes: Uint8Array, from: number, to: number): void;
  /** Receives the beginning of a long line. The returned gap is left out when the line is shown again. */
  partial(bytes: Uint8Array, to: number): Gap | null;
  /** Called for a line that was dropped because of its length. */
  dropped(): void;
}

/**
 * Splits a stream of bytes into lines. A line over 64 KiB is passed on in parts, so that none is kept whole.
 */
export class LineReader {
  readonly #sink: LineSink;
  #carry = new Uint8Array(LONG);
  #carried = 0;
  #skipping = false;

  constructor(sink: LineSink) {
    this.#sink = sink;
  }

  push(chunk: Uint8Array): void {
    let from = 0;
    while (from < chunk.length) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end < 0) {
        this.#keep(chunk, from, chunk.length);
        return;
      }
      this.#finish(chunk, from, end);
      from = end + 1;
    }
  }

  /** Bytes that were left without a newline at the end of the stream. */
  get rest(): number {
    return this.#carried;
  }

  #finish(chunk: Uint8Array, from: number, end: number): void {
    if (this.#skipping) this.#skipping = false;
    else if (this.#carried === 0) this.#sink.line(chunk, from, end);
    else {
      this.#append(chunk, from, end);
      this.#sink.line(this.#carry, 0, this.#carried);
    }
    this.#carried = 0;
  }

  #keep(chunk: Uint8Array, from: number, end: number): void {
    if (this.#skipping) return;
    this.#append(chunk, from, end);
    if (this.#carried < LONG) return;
    const gap = this.#sink.partial(this.#carry, this.#carried);
    if (gap !== null && gap.to > gap.from) {
      this.#carry.copyWithin(gap.from, gap.to, this.#carried);
      this.#carried -= gap.to - gap.from;
    }
    if (this.#carried < TOO_LONG) return;
    this.#skipping = true;
    this.#carried = 0;
    this.#sink.dropped();
  }

  #append(chunk: Uint8Array, from: number, end: number): void {
    const needed = this.#carried + end - from;
    if (needed > this.#carry.length) {
      const more = new Uint8Array(Math.max(needed, this.#carry.length * 2));
      more.set(this.#carry.subarray(0, this.#carried));
      this.#carry = more;
    }
    this.#carry.set(chunk.subarray(from, end), this.#carried);
    this.#carried = needed;
  }
}
