import { ByteBuffer, decode } from './byte-buffer.ts';

const NEWLINE = 0x0a;

/** Longest line that is kept whole, in bytes. */
const MAX_LINE_BYTES = 1024 * 1024;

/**
 * Splits bytes into lines. A line longer than `maxBytes` is cut there and the rest of it is dropped, so that
 * a program that never writes a newline cannot fill this process.
 */
export class LineSplitter {
  readonly #maxBytes: number;
  readonly #held = new ByteBuffer();
  #skipping = false;

  constructor(maxBytes: number = MAX_LINE_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Returns lines that this chunk completes, without their newline. */
  push(chunk: Uint8Array): readonly string[] {
    const lines: string[] = [];
    let at = 0;
    while (at < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, at);
      const piece = chunk.subarray(at, newline === -1 ? chunk.length : newline);
      if (!this.#skipping) this.#add(piece, newline !== -1, lines);
      if (newline === -1) break;
      this.#skipping = false;
      at = newline + 1;
    }
    return lines;
  }

  /** Returns the unfinished last line, when there is one. */
  end(): readonly string[] {
    return this.#held.length > 0 ? [this.#take()] : [];
  }

  #add(piece: Uint8Array, complete: boolean, lines: string[]): void {
    const room = this.#maxBytes - this.#held.length;
    if (complete && this.#held.length === 0 && piece.length <= room) {
      lines.push(decode(piece));
      return;
    }
    this.#held.append(piece.subarray(0, room));
    if (piece.length > room) this.#skipping = true;
    if (complete || this.#skipping) lines.push(this.#take());
  }

  #take(): string {
    const line = this.#held.text();
    this.#held.clear();
    return line;
  }
}
