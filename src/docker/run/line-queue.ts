import { setImmediate as macrotask } from 'node:timers/promises';

/** Lines, and milliseconds of work on them, after which the rest of this process gets a turn. */
const SLICE = { lines: 64, ms: 4 };

/**
 * Passes lines from one writer to one reader. The writer waits while `maxBytes` are unread, so a slow reader
 * slows the container down instead of filling this process. When the reader stops, later lines are dropped.
 * Lines come in slices, so that timers and sockets are served in between.
 */
export class LineQueue implements AsyncIterable<string> {
  readonly #maxBytes: number;
  #lines: string[] = [];
  #unread = 0;
  #closed = false;
  #failure: Error | null = null;
  #readerLeft = false;
  #wakeReader: (() => void) | null = null;
  #wakeWriter: (() => void) | null = null;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** Adds a line; settles when there is room for more. */
  async push(line: string): Promise<void> {
    if (this.#readerLeft || this.#closed) return;
    this.#lines.push(line);
    this.#unread += line.length;
    this.#wake();
    while (this.#unread > this.#maxBytes && !this.#readerLeft && !this.#closed) {
      await new Promise<void>((resolve) => (this.#wakeWriter = resolve));
    }
  }

  /** Ends the lines; with an error, the reader gets it after the lines that came before. */
  close(failure: Error | null = null): void {
    this.#closed = true;
    this.#failure = failure;
    this.#wake();
    this.#release();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string> {
    let inSlice = 0;
    let sliceBegan = performance.now();
    try {
      for (;;) {
        const lines = this.#lines;
        this.#lines = [];
        for (const line of lines) {
          this.#unread -= line.length;
          if (this.#unread <= this.#maxBytes / 2) this.#release();
          yield line;
          inSlice += 1;
          if (inSlice < SLICE.lines && performance.now() - sliceBegan < SLICE.ms) continue;
          await macrotask();
          inSlice = 0;
          sliceBegan = performance.now();
        }
        if (this.#lines.length > 0) continue;
        if (this.#failure) throw this.#failure;
        if (this.#closed) return;
        await new Promise<void>((resolve) => (this.#wakeReader = resolve));
        inSlice = 0;
        sliceBegan = performance.now();
      }
    } finally {
      this.#readerLeft = true;
      this.#lines = [];
      this.#release();
    }
  }

  #wake(): void {
    this.#wakeReader?.();
    this.#wakeReader = null;
  }

  #release(): void {
    this.#wakeWriter?.();
    this.#wakeWriter = null;
  }
}
