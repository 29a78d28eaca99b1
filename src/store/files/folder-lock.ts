import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { messageOf } from '../../domain/message-of.ts';
import { StoreError } from '../../engine/ports.ts';
import { toStoreError } from './store-error.ts';

/**
 * An empty database whose SQLite lock is used. It is never written, and never removed, since removing would
 * race.
 */
const LOCKED = '.service.db';
/** File that names the holder of the lock, for people. */
const HOLDER = '.service.lock';

/** Content that this process writes there. */
const SELF = `${process.pid} ${hostname()}\n`;

const SQLITE_BUSY = 5;
/** Cause of the error for another service. */
const BELONGS_TO_ANOTHER = 'another service';

/** Time between two checks whether the locked folder is still the one at its path. */
const LOOK_EVERY_MS = 1000;

export interface FolderLock extends AsyncDisposable {
  /** Settles when the folder was removed and another service has locked its replacement. */
  readonly lost: Promise<StoreError>;
}

/**
 * Locks a results folder for one service: two would both resume its unfinished runs. The kernel holds the
 * lock for as long as this process lives, whatever container it is in, so no stale lock can remain. A folder
 * that is removed and made again is locked again.
 * @throws {StoreError} when another service has it
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  let held = await takeLock(folder);
  const lost = Promise.withResolvers<StoreError>();
  const timer = setInterval(() => {
    looking = looking.then(look, look);
  }, LOOK_EVERY_MS).unref();
  const look = async (): Promise<void> => {
    const file = await idOf(folder);
    // A folder that cannot be read at the moment is fine: the lock is on the opened file.
    if (file === held.file || !(await isFolder(folder))) return;
    try {
      const anew = await takeLock(folder);
      held.database.close();
      held = anew;
    } catch (error) {
      // A full or read-only disk is checked again; so is a file whose number changes by itself.
      if (!(error instanceof StoreError) || error.cause !== BELONGS_TO_ANOTHER) return;
      const holder = await readFile(join(folder, HOLDER), 'utf8').catch(() => '');
      if (holder !== '' && holder !== SELF) lost.resolve(error);
    }
  };
  let looking = Promise.resolve();
  return {
    lost: lost.promise,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await looking;
      if ((await idOf(folder)) === held.file) await rm(join(folder, HOLDER), { force: true });
      held.database.close();
    },
  };
}

interface Held {
  readonly database: DatabaseSync;
  /** Device and number of the file that is locked. */
  readonly file: string | null;
}

async function takeLock(folder: string): Promise<Held> {
  const about = join(folder, HOLDER);
  const database = await lockedDatabase(folder, about);
  // On a full disk the file stays empty, but the lock holds.
  await writeFile(about, SELF).catch(() => {});
  return { database, file: await idOf(folder) };
}

/** Reads the device and number of the file to lock in the folder; null when there is none. */
async function idOf(folder: string): Promise<string | null> {
  return stat(join(folder, LOCKED)).then(
    ({ dev, ino }) => `${dev} ${ino}`,
    () => null,
  );
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function lockedDatabase(folder: string, about: string): Promise<DatabaseSync> {
  const path = join(folder, LOCKED);
  // A missing folder gets its own message.
  await stat(folder).catch((error: unknown) => {
    throw toStoreError(error, folder);
  });
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(path);
    // Nothing is written, so no rollback file is needed.
    database.exec('PRAGMA journal_mode=MEMORY; BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database?.close();
    if (codeOf(error) === SQLITE_BUSY) throw await belongsTo(folder, about);
    throw new StoreError(
      `${path} cannot be locked (${messageOf(error)}): check that this user may write there`,
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
    `${folder} is in use by a running service${who}: stop it, or choose another --results DIR`,
    { cause: BELONGS_TO_ANOTHER },
  );
}

/** Reads SQLite's primary result code; null for other errors. */
function codeOf(error: unknown): number | null {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : null;
}
