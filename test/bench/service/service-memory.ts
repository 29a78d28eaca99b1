import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AUTH, QUICK, resultsFolder, serve, type ServeProcess } from '../../docker/serve.ts';
import { median } from '../../harness.ts';

/** Runs that are sent at once: the queue is never empty. */
const TOGETHER = 10;
const EVERY_RUNS = 20;
/**
 * V8 compiles what is used often for some hundred runs and keeps that; at about run 550 a cache of its own grows
 * once, by 0.26 MiB. Before that nothing can be reported.
 */
const WARM_RUNS = 600;
/** Per run: half of the leak of 1 KB that this must not overlook. */
const MOST_KEPT_BYTES = 512;
/** Per run. Pages are taken in steps of up to 1.5 MiB that mean nothing, so this is coarser. */
const MOST_RSS_BYTES = 4096;
/**
 * As it comes, V8 doubles the space for young objects once or twice in a thousand runs, by up to 64 MiB, and glibc
 * makes heaps for further threads, whatever is kept: in resident memory nothing else could be seen then.
 */
const STEADY = { MALLOC_ARENA_MAX: '1' };
const NODE_OPTIONS = ['--max-semi-space-size=2', '--expose-gc', '--import'];
const TELL = fileURLToPath(new URL('tell-heap.ts', import.meta.url));

export interface Memory {
  /** Bytes that are still there when all garbage is collected: V8's heap, and what hangs on it outside. */
  readonly kept: number;
  /** Resident bytes after that. */
  readonly rss: number;
}

/** Returns a service that reports its memory. */
export function watchedService(folder: string, args: readonly string[]): Promise<ServeProcess> {
  return serve(folder, args, { ...STEADY, NODE_OPTIONS: [...NODE_OPTIONS, TELL].join(' ') });
}

export async function memoryOf(on: ServeProcess): Promise<Memory> {
  const before = told(on).length;
  process.kill(on.pid, 'SIGUSR2');
  for (let tries = 0; tries < 200; tries += 1) {
    const all = told(on);
    if (all.length > before) return JSON.parse(all.at(-1) ?? '') as Memory;
    await sleep(50);
  }
  throw new Error(`the service does not tell of its memory:\n${on.log()}`);
}

const told = (on: ServeProcess): readonly string[] => on.log().match(/^\{"rss":\d+,"kept":\d+\}$/gm) ?? [];

/** Measures what the service keeps of runs that are done and removed. False when it is more than nothing. */
export async function memoryBench(runs: number, args: readonly string[]): Promise<boolean> {
  await using folder = await resultsFolder();
  await using on = await watchedService(folder.path, args);
  const points: (Memory & { readonly runs: number })[] = [];
  for (let done = TOGETHER; done <= runs; done += TOGETHER) {
    await finishedAndRemoved(on);
    if (done % EVERY_RUNS !== 0) continue;
    const memory = await memoryOf(on);
    points.push({ runs: done, ...memory });
    if (done % 100 === 0) console.log(`${done} runs: RSS ${mib(memory.rss)}, kept ${mib(memory.kept)}`);
  }
  const late = points.filter((point) => point.runs > Math.max(WARM_RUNS, runs / 2));
  if (late.length < 10) {
    console.log(`too few runs to tell: ${WARM_RUNS} warm it up, give --runs 1000`);
    return true;
  }
  const [kept, rss] = [slope(late, 'kept'), slope(late, 'rss')];
  const isFlat = kept < MOST_KEPT_BYTES && rss < MOST_RSS_BYTES;
  const span = `from run ${late[0]?.runs} to ${late.at(-1)?.runs}`;
  console.log(`${span}: kept ${bytes(kept)} per run (at most ${MOST_KEPT_BYTES}),`);
  console.log(`  RSS ${bytes(rss)} per run (at most ${MOST_RSS_BYTES})`);
  console.log(
    isFlat
      ? 'FLAT: a leak of 1 KB per run would show in what is kept'
      : 'NOT FLAT: something is kept of every run',
  );
  return isFlat;
}

async function finishedAndRemoved(on: ServeProcess): Promise<void> {
  const sent = await Promise.all(Array.from({ length: TOGETHER }, () => on.submit(QUICK)));
  for (const { id } of sent) {
    await on.finished(id);
    const { status } = await on.request(`/runs/${id}`, { method: 'DELETE', headers: AUTH });
    if (status !== 204) throw new Error(`${id} was not removed: ${status}`);
  }
}

/**
 * Estimates the bytes per run: the median of the slopes between all pairs of points, which single steps don't
 * move.
 */
function slope(points: readonly (Memory & { readonly runs: number })[], what: keyof Memory): number {
  return median(
    points.flatMap((a, index) => points.slice(index + 1).map((b) => (b[what] - a[what]) / (b.runs - a.runs))),
  );
}

const mib = (value: number): string => `${(value / 2 ** 20).toFixed(2)} MiB`;
const bytes = (value: number): string => `${value >= 0 ? '+' : '−'}${Math.abs(value).toFixed(0)} bytes`;
