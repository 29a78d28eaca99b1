import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { LeakReader, LeakReading, ReadLeak } from '../engine/explain/leak-readers.ts';
import type { ReadLeakMessage, ReadLeakTask } from './read-leak-worker.ts';
import { WorkerPool } from './worker-pool.ts';

/** Bytes that a reader may be behind; then the container waits. */
const MOST_UNREAD = 4 * 2 ** 20;
/** Longer than any pass. */
const DEADLINE_MS = 20 * 60_000;
const MEMORY_MIB = 1024;

/**
 * Reads heap dumps and traces on other threads. A reader that crashes its thread rejects with WorkerError.
 * @param most readers at a time
 */
export function readLeakInWorkers(most: number): AsyncDisposable & { readonly readLeak: ReadLeak } {
  const pool = new WorkerPool<ReadLeakTask, unknown>({
    module: new URL('./read-leak-worker', import.meta.url),
    task: 'readLeak',
    threads: most,
    memoryMiB: MEMORY_MIB,
    deadlineMs: DEADLINE_MS,
  });
  return {
    readLeak: (reading) => new Reader<never>(pool, reading),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

class Reader<Result> implements LeakReader<Result> {
  readonly #port: MessagePort;
  readonly #result: Promise<Result>;
  #unread = 0;
  #over = false;
  #resume: (() => void) | null = null;

  constructor(pool: WorkerPool<ReadLeakTask, unknown>, reading: LeakReading) {
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.unref();
    port1.on('message', (bytes: number) => {
      this.#unread -= bytes;
      if (this.#unread <= MOST_UNREAD / 2) this.#release();
    });
    const found = pool.run({ reading, port: port2 }, [port2]) as Promise<Result>;
    this.#result = found.finally(() => {
      this.#over = true;
      port1.close();
      this.#release();
    });
    // `result` reports it; after `leave` no one asks.
    this.#result.catch(() => undefined);
  }

  push(chunk: Uint8Array): Promise<void> | void {
    if (this.#over) return;
    this.#unread += chunk.length;
    this.#send({ chunk });
    if (this.#unread <= MOST_UNREAD) return;
    return new Promise((resolve) => (this.#resume = resolve));
  }

  result(overhead: number): Promise<Result> {
    this.#send({ overhead });
    return this.#result;
  }

  leave(): void {
    if (!this.#over) this.#send({ overhead: null });
  }

  #send(message: ReadLeakMessage): void {
    this.#port.postMessage(message);
  }

  #release(): void {
    this.#resume?.();
    this.#resume = null;
  }
}
