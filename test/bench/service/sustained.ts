import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import { AUTH, resultsFolder, serve, type ServeProcess } from '../../docker/serve.ts';

const CELLS_A_MINUTE = 60;
const MINUTES = Number(process.env.SUSTAINED_MINUTES ?? '10');
/** Share of one processor that the service's own process may take. */
const MOST_CPU = 0.25;
/** Time for the last cells to come to their end; cells that need longer have not kept up. */
const LAST_SECONDS = 10;
/** Linux counts processor time in hundredths of a second. */
const TICKS = 100;

/**
 * Sends a service a cell a second, each of another script and every tenth one a leak, and reads what its own process
 * takes meanwhile. False when cells were left over, one of them was wrong, or it took more than a quarter of a processor.
 */
export async function sustainedBench(): Promise<boolean> {
  await using folder = await resultsFolder();
  const room = ['--rate', '1000000', '--max-waiting', '100000', '--log-level', 'warn'];
  await using on = await serve(folder.path, room);
  // What is loaded and made at first does not count.
  const { id: first } = await submit(on, 0);
  await on.finished(first);
  const cpu = await cpuSeconds(on.pid);
  const began = performance.now();
  const ids: string[] = [];
  let longestWait = 0;
  for (let sent = 1; sent <= MINUTES * CELLS_A_MINUTE; sent += 1) {
    await sleep(Math.max(0, (sent * 60_000) / CELLS_A_MINUTE - (performance.now() - began)));
    const asked = performance.now();
    const { id } = await submit(on, sent);
    longestWait = Math.max(longestWait, performance.now() - asked);
    ids.push(id);
  }
  await sleep(LAST_SECONDS * 1000);
  const seconds = (performance.now() - began) / 1000;
  const share = ((await cpuSeconds(on.pid)) - cpu) / seconds;
  const runs = await Promise.all(ids.map((id) => on.run(id)));
  const left = runs.filter(({ finishedAt }) => finishedAt === null).length;
  const wrong = runs.filter((run) => run.finishedAt !== null && !isRight(run));
  for (const { cells } of wrong) console.log(`wrong: ${cells[0]?.verdict} ${cells[0]?.message}`);
  console.log(
    `${ids.length} cells in ${(seconds / 60).toFixed(1)} minutes: ${left} left over, ${wrong.length} wrong; the service took ${(share * 100).toFixed(1)} % of a processor, a POST at most ${longestWait.toFixed(0)} ms`,
  );
  return left === 0 && wrong.length === 0 && share <= MOST_CPU;
}

const isLeak = (number: number): boolean => number % 10 === 9;

async function submit(on: ServeProcess, number: number): Promise<RunRecord> {
  const body = isLeak(number) ? `($kept ||= []) << "a" * 100` : `"a" * ${100 + (number % 50)}`;
  const answer = await on.request('/runs?ruby=3.1.2', {
    method: 'POST',
    body: `number = ${number}\n1000.times { ${body} }\n`,
    headers: { ...AUTH, 'Content-Type': 'text/x-ruby', 'Cache-Control': 'no-cache' },
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as RunRecord;
}

function isRight({ cells, script }: RunRecord): boolean {
  const number = Number(/^number = (\d+)/.exec(script.text)?.[1]);
  return cells[0]?.verdict === (isLeak(number) ? 'leak' : 'clean');
}

/** Reads the processor time that a process has taken, its threads included and its children not. */
async function cpuSeconds(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
    .map(Number);
  return (user + system) / TICKS;
}
