import { rmSync, statfsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { messageOf } from '../../domain/message-of.ts';
import { StoreError } from '../../engine/ports.ts';
import { isOfThisVersion, TABLES, VERSION_SQL } from './schema.ts';

/** Primary result codes of SQLite. */
const CORRUPT = new Set([11, 26]);
const READ_ONLY = 8;
const IN_MEMORY = ':memory:';
/** Bytes that have to be free before something is written: the last room is for the records that this is a copy of. */
const LEAST_ROOM = 2 ** 20;

/**
 * The database of an index. It is only a copy: a file that is damaged, of another release, or removed under it is
 * replaced by an empty one.
 */
export class IndexDatabase {
  readonly #path: string;
  readonly #warn: (message: string) => void;
  #database: DatabaseSync;
  #statements = new Map<string, StatementSync>();
  /** Device and number of the open file. */
  #file: string | null;
  #isNew = false;

  /**
   * @param path `:memory:` for one that is not kept
   * @throws {StoreError}
   */
  constructor(path: string, warn: (message: string) => void) {
    this.#path = path;
    this.#warn = warn;
    this.#database = this.#open();
    this.#file = this.#fileNow();
  }

  /** Prepares a statement that varies with what is asked. */
  prepareNew(sql: string): StatementSync {
    return this.#database.prepare(sql);
  }

  /** Prepares a statement once. */
  prepare(sql: string): StatementSync {
    const known = this.#statements.get(sql);
    if (known !== undefined) return known;
    const made = this.#database.prepare(sql);
    this.#statements.set(sql, made);
    return made;
  }

  /**
   * Does all of some work or nothing of it.
   * @throws {StoreError} where it cannot be written
   */
  write(work: () => void): void {
    this.#leaveRoom();
    try {
      this.#transact(work);
    } catch (error) {
      if (!this.#isDamage(error)) throw storeErrorOf(error, this.#path);
      this.#replace(`${this.#path} is damaged (${messageOf(error)}); it is made again`);
      this.#transact(work);
    }
  }

  /** Reads something; where the file turns out to be damaged, from an empty one. */
  read<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (!this.#isDamage(error)) throw error;
      this.#replace(`${this.#path} is damaged (${messageOf(error)}); it is made again`);
      return work();
    }
  }

  /** Opens the file again where it was removed or replaced; true when it was made anew since the last call. */
  restore(): boolean {
    if (this.#path !== IN_MEMORY && this.#fileNow() !== this.#file)
      this.#replace(`${this.#path} was removed; it is made again`);
    const isNew = this.#isNew;
    this.#isNew = false;
    return isNew;
  }

  #leaveRoom(): void {
    if (this.#path === IN_MEMORY) return;
    const { bavail, bsize } = statfsSync(dirname(this.#path));
    if (bavail * bsize < LEAST_ROOM)
      throw new StoreError(`${this.#path} is not written: the disk is full; free some space`);
  }

  #transact(work: () => void): void {
    this.#database.exec('BEGIN IMMEDIATE');
    try {
      work();
      this.#database.exec('COMMIT');
    } catch (error) {
      if (this.#database.isTransaction) this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #open(): DatabaseSync {
    try {
      return opened(this.#path);
    } catch (error) {
      if (codeOf(error) === null) throw error;
      this.#warn(`${this.#path} cannot be used (${messageOf(error)}); it is made again`);
      this.#isNew = true;
      return this.#openEmpty();
    }
  }

  #openEmpty(): DatabaseSync {
    try {
      for (const end of ['', '-wal', '-shm']) rmSync(`${this.#path}${end}`, { force: true });
      return opened(this.#path);
    } catch (error) {
      this.#warn(`${this.#path} cannot be written (${messageOf(error)}); runs are indexed in memory`);
      return opened(IN_MEMORY);
    }
  }

  #replace(why: string): void {
    this.#warn(why);
    this.#database.close();
    this.#statements = new Map();
    this.#isNew = true;
    this.#database = this.#openEmpty();
    this.#file = this.#fileNow();
  }

  #isDamage(error: unknown): boolean {
    const code = codeOf(error);
    // A file that was removed cannot be written either.
    return code !== null && (CORRUPT.has(code) || (code === READ_ONLY && this.#fileNow() !== this.#file));
  }

  #fileNow(): string | null {
    const found = statSync(this.#path, { throwIfNoEntry: false });
    return found === undefined ? null : `${found.dev} ${found.ino}`;
  }
}

/** Opens a file with the tables of this version in it. */
function opened(path: string): DatabaseSync {
  const database = new DatabaseSync(path);
  try {
    // A kill, or a power cut, takes back what was written last, and damages nothing.
    database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=5000');
    const version = database.prepare('PRAGMA user_version').get()?.['user_version'];
    if (isOfThisVersion(version)) return database;
    if (version !== 0) throw Object.assign(new Error(`version ${String(version)}`), { errcode: 11 });
    database.exec(`BEGIN; ${TABLES} ${VERSION_SQL}; COMMIT`);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Reads SQLite's primary result code; null for other errors. */
function codeOf(error: unknown): number | null {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : null;
}

function storeErrorOf(error: unknown, path: string): unknown {
  if (codeOf(error) === null) return error;
  return new StoreError(`${path}: ${messageOf(error)}; check the disk`, { cause: error });
}
