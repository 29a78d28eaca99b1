import type { MessagePort } from 'node:worker_threads';
import { readHere, type LeakReading } from '../engine/explain/leak-readers.ts';

export interface ReadLeakTask {
  readonly reading: LeakReading;
  readonly port: MessagePort;
}

/** Messages of the port: chunks, then the end; the number of bytes read goes back. */
export type ReadLeakMessage =
  | { readonly chunk: Uint8Array }
  /** Null: the result is not needed. */
  | { readonly overhead: number | null };

/** Reads a report on a thread of its own (read-leak-in-workers.ts). */
export function readLeak({ reading, port }: ReadLeakTask): Promise<unknown> {
  const reader = readHere(reading);
  return new Promise((resolve, reject) => {
    port.on('message', (message: ReadLeakMessage) => {
      try {
        if ('chunk' in message) {
          void reader.push(message.chunk);
          port.postMessage(message.chunk.length);
          return;
        }
        port.close();
        resolve(message.overhead === null ? null : reader.result(message.overhead));
      } catch (error) {
        reject(error instanceof Error ? error : new Error(String(error)));
      }
    });
  });
}
