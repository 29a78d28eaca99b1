import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../engine/ports.ts';
import { toStoreError } from './store-error.ts';

/** An empty database that is never written: what counts is SQLite's lock on it. It stays; removing it would race. */
const LOCKED = '.service.db';
/** Says who has the lock, for people. */
const HOLDER = '.service.lock';

const SQLITE_BUSY = 5;

/**
 * Takes a results folder for one service: two would both take up its unfinished runs. The kernel holds the lock for as
 * long as this process lives, whatever container it is in, so there is none that is left over and none to take away.
 * Throws StoreError when another service has it.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const about = join(folder, HOLDER);
  const database = await lockedDatabase(folder, about);
  // Who is told nothing by it on a full disk is still locked out.
  await writeFile(about, `${process.pid} ${hostname()}\n`).catch(() => {});
  return {
    async [Symbol.asyncDispose]() {
      await rm(about, { force: true });
      database.close();
    },
  };
}

async function lockedDatabase(folder: string, about: string): Promise<DatabaseSync> {
  const path = join(folder, LOCKED);
  // For its message where the folder is not there.
  await stat(folder).catch((error: unknown) => {
    throw toStoreError(error, folder);
  });
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    // Nothing is written, so there is nothing to take back.
    database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (codeOf(error) === SQLITE_BUSY) throw await belongsTo(folder, about);
    throw new StoreError(
      `${path} cannot be locked (${(error as Error).message}): may this user write there?`,
      {
        cause: error,
      },
    );
  }
}

async function belongsTo(folder: string, about: string): Promise<StoreError> {
  const [pid, host] = (await readFile(about, 'utf8').catch(() => '')).trim().split(' ');
  const who = pid === undefined || pid === '' ? '' : ` (pid ${pid} on ${host ?? 'this host'})`;
  return new StoreError(
    `${folder} belongs to a service that runs${who}: stop it, or choose another --results DIR`,
  );
}

/** SQLite's primary result code; null for an error that is not SQLite's. */
function codeOf(error: unknown): number | null {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : null;
}
