import { setTimeout as sleep } from 'node:timers/promises';
import { CLIENT_B, submit, until, type TestFleet } from '../../fleet/fleet.ts';
import { median } from '../../harness.ts';
import { once, withWorkers, type Row } from './faults.ts';
import { mib, residentBytes } from './memory.ts';

const names = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `w${index}`);

/** Cells a second of so many workers, each cell taking a second. */
async function throughput(workers: number, rubies: string): Promise<number> {
  await using on = await withWorkers(names(workers));
  const run = await submit(on.fleet, 1, rubies);
  const done = await on.fleet.on.finished(run.id, 300);
  once(done);
  const told = on.fleet.told();
  const starts = told.filter(({ what }) => what === 'start').map(({ at }) => at);
  const ends = told.filter(({ what }) => what === 'end').map(({ at }) => at);
  // In the last round some have nothing to do.
  const cells = Math.floor(done.cells.length / workers) * workers;
  return cells / (((ends[cells - 1] ?? NaN) - Math.min(...starts)) / 1000);
}

async function sendMany(fleet: TestFleet, runs: number, rubies: string, seconds: number): Promise<void> {
  for (let sent = 0; sent < runs; sent += 10)
    await Promise.all(
      Array.from({ length: Math.min(10, runs - sent) }, () => submit(fleet, seconds, rubies)),
    );
}

export const load: readonly Row[] = [
  {
    name: 'throughput: 8 workers against one, a second a cell',
    async run() {
      const one = await throughput(1, '3.2');
      const eight = await throughput(8, '2.4..3.4');
      const ratio = eight / one;
      const text = `${one.toFixed(2)} and ${eight.toFixed(2)} cells a second: ${ratio.toFixed(2)} times`;
      if (ratio < 7.5) throw new Error(text);
      return text;
    },
  },
  {
    name: 'memory: 1,000 runs of all releases wait',
    async run() {
      await using on = await withWorkers(['w0', 'w1', 'w2'], {}, ['--max-waiting', '5000']);
      const { fleet } = on;
      await submit(fleet, 60, '3.1.2');
      await sleep(1_000);
      const before = [await residentBytes(fleet.on.pid), await fleet.redis.usedBytes()] as const;
      await sendMany(fleet, 1_000, 'all', 60);
      await sleep(2_000);
      const after = [await residentBytes(fleet.on.pid), await fleet.redis.usedBytes()] as const;
      const perRun = (after[1] - before[1]) / 1_000;
      const text = `service ${mib(before[0])} → ${mib(after[0])}, Redis ${mib(before[1])} → ${mib(after[1])}: ${perRun.toFixed(0)} bytes of Redis a waiting run`;
      if (perRun > 64 * 1024) throw new Error(text);
      return text;
    },
  },
  {
    name: 'fair turns: A sends 1,000 cells, then B one',
    async run() {
      await using on = await withWorkers(['w0', 'w1', 'w2'], {}, ['--max-waiting', '5000']);
      const { fleet } = on;
      await sendMany(fleet, 8, 'all', 0.5);
      await until('A is measured', () => fleet.told().length > 6);
      const behind: number[] = [];
      for (let time = 0; time < 20; time += 1) {
        await sleep(700);
        const run = await submit(fleet, 0.1, '3.1.2', { Authorization: `Bearer ${CLIENT_B}` });
        const ofA = fleet.told().filter(({ what }) => what === 'start').length;
        await until('B has started', () => fleet.told().some((one) => one.run === run.id), 60_000);
        const starts = fleet.told().filter(({ what }) => what === 'start');
        behind.push(starts.findIndex((one) => one.run === run.id) - ofA);
      }
      const most = Math.max(...behind);
      const text = `B, twenty times, started after ${median(behind)} more of A, ${most} at most, of three workers`;
      if (most > 1) throw new Error(text);
      return text;
    },
  },
  {
    name: 'once: 200 runs of 40 cells',
    async run() {
      await using on = await withWorkers(['w0', 'w1', 'w2'], { places: 8 }, ['--max-waiting', '5000']);
      const { fleet } = on;
      const runs: string[] = [];
      for (let sent = 0; sent < 200; sent += 10)
        runs.push(
          ...(await Promise.all(Array.from({ length: 10 }, () => submit(fleet, 0.02, '2.4..2.7')))).map(
            ({ id }) => id,
          ),
        );
      const began = performance.now();
      const sizes: number[] = [];
      for (const id of runs) {
        const run = await fleet.on.finished(id, 600);
        once(run);
        sizes.push(run.cells.length);
      }
      const starts = fleet.told().filter(({ what }) => what === 'start');
      const twice = starts.length - new Set(starts.map(({ run, cell }) => `${run}/${cell}`)).size;
      const cells = sizes.reduce((sum, count) => sum + count, 0);
      const seconds = (performance.now() - began) / 1000;
      return `${cells} cells (${median(sizes)} a run) each stored once, ${twice} measured twice, ${(cells / seconds).toFixed(0)} a second`;
    },
  },
];
