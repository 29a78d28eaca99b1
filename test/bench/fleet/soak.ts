import { setTimeout as sleep } from 'node:timers/promises';
import { submit } from '../../fleet/fleet.ts';
import { median } from '../../harness.ts';
import { once, withWorkers, type Row } from './faults.ts';
import { mib, residentBytes } from './memory.ts';

/** Minutes of the soak: `SOAK_MINUTES=1440` for a day. */
const MINUTES = Number(process.env['SOAK_MINUTES'] ?? 3);
const EVERY_MS = 2_000;
/** Growth from the middle of the soak to its end that is more than the ups and downs of a garbage collector. */
const MOST_SHARE = 1.15;
const MOST_BYTES = 16 * 2 ** 20;

/** Three cells every few seconds for a while: what each process takes must not grow for ever. */
export const soak: Row = {
  name: `soak: ${MINUTES} minutes at a low rate`,
  async run() {
    await using on = await withWorkers(['w0', 'w1', 'w2'], {}, ['--keep-gib', '1']);
    const { fleet, workers } = on;
    const pids = { service: fleet.on.pid, worker: workers[0]?.pid ?? 0, Redis: fleet.redis.pid };
    const taken = Object.entries(pids).map(([name, pid]) => ({ name, pid, bytes: [] as number[] }));
    const end = performance.now() + MINUTES * 60_000;
    let runs = 0;
    while (performance.now() < end) {
      const run = await submit(fleet, 0.2, '3.1.2,3.2.2,3.3.8');
      once(await fleet.on.finished(run.id, 60));
      runs += 1;
      for (const { pid, bytes } of taken) bytes.push(await residentBytes(pid));
      await sleep(EVERY_MS);
    }
    const grown: string[] = [];
    const texts = taken.map(({ name, bytes }) => {
      const tenth = Math.max(1, Math.floor(bytes.length / 10));
      const middle = Math.floor(bytes.length / 2);
      const [first, half, last] = [0, middle, bytes.length - tenth].map((at) =>
        median(bytes.slice(at, at + tenth)),
      ) as [number, number, number];
      if (last > half * MOST_SHARE && last - half > MOST_BYTES) grown.push(name);
      return `${name} ${mib(first)} → ${mib(half)} → ${mib(last)}`;
    });
    const text = `${runs} runs of three cells; at the start, in the middle, at the end: ${texts.join(', ')}`;
    if (grown.length > 0) throw new Error(`${grown.join(', ')} grew: ${text}`);
    return text;
  },
};
