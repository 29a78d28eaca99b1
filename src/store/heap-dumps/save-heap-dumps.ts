import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LeakReader, LeakReading, LeakResults, ReadLeak } from '../../engine/explain/leak-readers.ts';
import { StoreError } from '../../engine/ports.ts';
import { fileNameOf } from '../files/file-name.ts';
import { errorCode } from '../files/store-error.ts';
import { DumpFiles } from './dump-files.ts';

/** Reads reports on leaks, and keeps the heap dumps in them. */
export interface SavedHeapDumps {
  readonly readLeak: ReadLeak;
  /** Paths of the dumps of each cell, in the order in which they were taken. */
  readonly saved: ReadonlyMap<string, readonly string[]>;
}

/**
 * Keeps the heap dumps of every leak of objects that is explained, as files that sheap, heapy and reap read:
 * `FOLDER/3.3.8-1.jsonl` to `-3.jsonl`.
 * @throws {StoreError} where the folder cannot be made
 */
export function saveHeapDumps(read: ReadLeak, folder: string): SavedHeapDumps {
  orStoreError(folder, () => mkdirSync(folder, { recursive: true }));
  const saved = new Map<string, readonly string[]>();
  const readLeak: ReadLeak = (reading) => {
    const reader = read(reading);
    if (reading.kind !== 'objects') return reader;
    const { cell } = reading as Extract<LeakReading, { kind: 'objects' }>;
    const files = new DumpFiles((mark) => join(folder, `${fileNameOf(cell)}-${mark}.jsonl`));
    return new SavingReader(reader, files, folder, () => saved.set(cell, files.paths));
  };
  return { readLeak, saved };
}

/** Passes a report on, and writes it at the same time. */
class SavingReader<Kind extends LeakReading['kind']> implements LeakReader<LeakResults[Kind]> {
  readonly #reader: LeakReader<LeakResults[Kind]>;
  readonly #files: DumpFiles;
  readonly #folder: string;
  readonly #ended: () => void;

  constructor(reader: LeakReader<LeakResults[Kind]>, files: DumpFiles, folder: string, ended: () => void) {
    this.#reader = reader;
    this.#files = files;
    this.#folder = folder;
    this.#ended = ended;
  }

  push(chunk: Uint8Array): Promise<void> | void {
    // First, for the reader owns the bytes from then on.
    orStoreError(this.#folder, () => this.#files.push(chunk));
    return this.#reader.push(chunk);
  }

  result(overhead: number): Promise<LeakResults[Kind]> {
    this.#files.close();
    this.#ended();
    return this.#reader.result(overhead);
  }

  leave(): void {
    this.#files.close();
    this.#reader.leave();
  }
}

function orStoreError(folder: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const code = errorCode(error);
    if (code === null) throw error;
    throw new StoreError(
      `--heap-dumps ${folder}: the system refused (${code}); check the disk and the permissions, or choose another folder`,
      { cause: error },
    );
  }
}
