import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { isRunId } from '../../domain/run/run-id.ts';
import { StoreError } from '../../engine/ports.ts';
import { TEMPORARY } from '../files/atomic-write.ts';
import { errorCode, toStoreError } from '../files/store-error.ts';

const HOUR_MS = 3_600_000;

/** Lists the ids of the runs in a results folder, newest first. Links and other names are skipped. */
export async function runIds(folder: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const ids = entries
      .filter((entry) => entry.isDirectory() && isRunId(entry.name))
      .map((entry) => entry.name);
    return ids.toSorted().toReversed();
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw toStoreError(error, folder);
  }
}

/**
 * Finds the one id that begins with what was typed; null when there is none. The text is compared with
 * existing names and never becomes a path.
 * @throws {StoreError} when it fits several ids
 */
export function findRunId(ids: readonly string[], typed: string): string | null {
  if (typed === '') return null;
  if (ids.includes(typed)) return typed;
  const fitting = ids.filter((id) => id.startsWith(typed));
  if (fitting.length > 1) {
    const some = fitting.slice(0, 5).join(', ');
    throw new StoreError(
      `${fitting.length} runs begin with ${typed}: ${some}${fitting.length > 5 ? ', …' : ''}; type more of the id`,
    );
  }
  return fitting[0] ?? null;
}

/** Runs that are swept at a time, of the newest and of all others. */
const SWEPT = 10;

/**
 * Removes files that killed writers left behind; files of the last hour may belong to a running run and stay. Every
 * command does so before it stores its first run, so it takes a few runs only: the newest, and others by chance, whose
 * turn comes with later commands.
 */
export async function sweepTemporaries(folder: string): Promise<void> {
  const ids = await runIds(folder);
  for (const id of [...ids.slice(0, SWEPT), ...someOf(ids.slice(SWEPT))]) {
    for (const place of [join(folder, id), join(folder, id, 'samples')]) {
      const names = await readdir(place).catch(() => []);
      for (const name of names.filter((entry) => TEMPORARY.test(entry))) {
        const path = join(place, name);
        const age = await stat(path).then(
          (found) => Date.now() - found.mtimeMs,
          () => 0,
        );
        if (age > HOUR_MS) await rm(path, { force: true }).catch(() => {});
      }
    }
  }
}

/** Chooses as many as are swept; the same one may come twice. */
const someOf = (ids: readonly string[]): readonly string[] =>
  ids.length <= SWEPT
    ? ids
    : Array.from({ length: SWEPT }, () => ids[Math.floor(Math.random() * ids.length)] ?? '');
