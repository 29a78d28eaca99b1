import { availableParallelism } from 'node:os';
import type { CacheVolume } from './cache-volume.ts';

/** Builds that run in this process: each takes a processor, and a build's worth of memory. */
let running = 0;
const waiting: (() => void)[] = [];

/** Runs a build when a processor is free for it. */
export async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= availableParallelism()) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next === undefined) running -= 1;
    else next();
  }
}

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
