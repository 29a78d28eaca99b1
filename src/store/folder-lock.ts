import { open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { StoreError } from '../engine/ports.ts';
import { errorCode } from './io-error.ts';
import { toStoreError } from './store-error.ts';

const NAME = '.service.lock';

/**
 * Takes a results folder for one service: two would both take up its unfinished runs. A lock of a process that is
 * gone doesn't count. Throws StoreError when another service has it.
 */
export async function lockFolder(folder: string): Promise<AsyncDisposable> {
  const path = join(folder, NAME);
  const mine = `${process.pid} ${await startOf(process.pid)}\n`;
  for (let tries = 0; tries < 3; tries += 1) {
    if (await create(path, mine)) {
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) };
    }
    const holder = await readFile(path, 'utf8').catch(() => '');
    const [pid, start] = holder.trim().split(' ');
    if (pid !== undefined && pid !== '' && (await isAlive(Number(pid), start))) {
      throw new StoreError(
        `${folder} belongs to a service that runs (pid ${pid}): stop it, or choose another --results DIR`,
      );
    }
    await rm(path, { force: true });
  }
  throw new StoreError(`${path} could not be made: is another service being started on this folder?`);
}

async function create(path: string, text: string): Promise<boolean> {
  try {
    await using file = await open(path, 'wx', 0o644);
    await file.writeFile(text);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw toStoreError(error, path);
  }
}

async function isAlive(pid: number, start: string | undefined): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return false;
  }
  // Process ids are reused: the same one started at another time is somebody else.
  return start === undefined || start === '?' || (await startOf(pid)) === start;
}

/** Start of a process in clock ticks since boot; `?` where the system does not tell. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '?';
}
