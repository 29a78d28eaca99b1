import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreError } from '../../engine/ports.ts';
import { toStoreError } from './store-error.ts';

/** An empty database that is never written: what counts is SQLite's lock on it. It stays; removing it would race. */
const LOCKED = '.service.db';
/** Says who has the lock, for people. */
const HOLDER = '.service.lock';

/** What this process writes there. */
const SELF = `${process.pid} ${hostname()}\n`;

const SQLITE_BUSY = 5;
/** Cause of the error that reports another service. */
const BELONGS_TO_ANOTHER = 'another service';

/** Between two looks whether the folder that is locked is still the one at its path. */
const LOOK_EVERY_MS = 1000;

export interface FolderLock extends AsyncDisposable {
  /** Settles when the folder was removed, and another service has taken the one that was made in its place. */
  readonly lost: Promise<StoreError>;
}

/**
 * Takes a results folder for one service: two would both resume its unfinished runs. The kernel holds the lock for as
 * long as this process lives, whatever container it is in, so there is none that is left over and none to take away.
 * A folder that is removed and made again is locked again.
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
    // Whatever keeps the folder from being read at the moment: the lock is on the file that was opened.
    if (file === held.file || !(await isFolder(folder))) return;
    try {
      const anew = await takeLock(folder);
      held.database.close();
      held = anew;
    } catch (error) {
      // A disk that is full, or read-only, is looked at again; so is a file whose number changes by itself.
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
  // Who is told nothing by it on a full disk is still locked out.
  await writeFile(about, SELF).catch(() => {});
  return { database, file: await idOf(folder) };
}

/** Returns the file to be locked that is in the folder now; null when there is none. */
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
      `${path} cannot be locked (${(error as Error).message}): check that this user may write there`,
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

/** SQLite's primary result code; null for an error that is not SQLite's. */
function codeOf(error: unknown): number | null {
  const code = (error as { errcode?: unknown }).errcode;
  return typeof code === 'number' ? code & 0xff : null;
}
