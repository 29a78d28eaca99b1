import { availableParallelism } from 'node:os';
import PQueue from 'p-queue';
import type { CacheVolume } from './cache-volume.ts';

/** Builds of this process: each takes a processor, and a build's worth of memory. */
const builds = new PQueue({ concurrency: availableParallelism() });

/** Runs a build when a processor is free for it. */
export const inTurn = <T>(work: () => Promise<T>): Promise<T> => builds.add(work);

const first = new Map<string, Promise<unknown>>();

/**
 * Lets the first build of a repository go alone, with all processors: side by side with another one both would compile the
 * same files, since nothing is in the cache yet.
 */
export async function afterFirst<T>({ name, isNew }: CacheVolume, work: () => Promise<T>): Promise<T> {
  const before = first.get(name);
  if (before === undefined) {
    const mine = work();
    if (isNew) first.set(name, mine);
    return mine;
  }
  await before.catch(() => undefined);
  return work();
}
