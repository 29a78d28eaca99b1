import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { resultsFolder, serve, type ServeProcess } from '../../docker/serve.ts';
import { HOSTILE, longestTurnMs, MEASURED, type Hostile } from '../../docker/service/hostility.ts';
import { goesFirst } from './processor-share.ts';

/** Longest that /healthz may take. */
const MOST_MS = 100;
const IDLE: Hostile = { name: 'nothing', does: () => sleep(3_000) };

interface Row {
  readonly name: string;
  readonly pings: number;
  readonly slowestMs: number;
  readonly p99Ms: number;
  readonly loopMs: number;
  readonly turnMs: number;
  readonly seconds: number;
  readonly what: string;
}

/**
 * Attacks a service in several ways, and measures meanwhile how long /healthz takes as seen by another
 * process, the event loop's delay as the service itself reports it, and the longest turn in processor time:
 * where that is short and an answer was late, the machine was busy with other things. Visitors have computers of their
 * own, and the README's unit gives the service more weight than the cells; so here the service and the process that
 * measures go first. False when an answer took longer than a tenth of a second.
 */
export async function hostileBench(only: string | null): Promise<boolean> {
  await using folder = await resultsFolder();
  const args = [
    '--rate',
    '1000000',
    '--max-waiting',
    '64',
    '--jobs',
    '2',
    '--log-level',
    'warn',
    '--drain',
    '1',
  ];
  // Disposed of in reverse: a control group can be removed when its process has ended.
  await using groups = new AsyncDisposableStack();
  await using on = await serve(folder.path, args, MEASURED);
  const group = await goesFirst(on.pid);
  if (group === null)
    console.log(
      'Without root the service shares the processors with its visitors: answers come later than they would.',
    );
  groups.use(group);
  const rows: Row[] = [];
  for (const one of [IDLE, ...HOSTILE].filter(({ name }) => only === null || name.includes(only))) {
    rows.push(await rowOf(on, one));
    console.log(textOf(rows.at(-1) as Row));
  }
  console.log(
    `\n| what was done | slowest /healthz | p99 | event loop, max | longest turn, CPU | took | |\n|---|---:|---:|---:|---:|---:|---|`,
  );
  for (const row of rows) console.log(textOf(row));
  const longest = Math.max(...rows.map(({ turnMs }) => turnMs));
  console.log(`\nlongest turn of the event loop in processor time: ${longest.toFixed(0)} ms`);
  const late = rows.filter(({ slowestMs }) => slowestMs > MOST_MS);
  console.log(late.length === 0 ? `every answer within ${MOST_MS} ms` : `${late.length} above ${MOST_MS} ms`);
  return late.length === 0;
}

async function rowOf(on: ServeProcess, { name, does }: Hostile): Promise<Row> {
  await sleep(500);
  await loopDelayMs(on);
  await longestTurnMs(on);
  const { times, what, seconds } = await pingsDuring(on, does);
  const loopMs = await loopDelayMs(on);
  const turnMs = await longestTurnMs(on);
  const sorted = times.toSorted((a, b) => a - b);
  const p99Ms = sorted[Math.floor(sorted.length * 0.99)] ?? NaN;
  return { name, pings: times.length, slowestMs: sorted.at(-1) ?? NaN, p99Ms, loopMs, turnMs, seconds, what };
}

/** Measures in a process of its own how long /healthz takes (ms) while something is done. */
async function pingsDuring(on: ServeProcess, does: Hostile['does']) {
  await using stack = new AsyncDisposableStack();
  const pinger = spawn(process.execPath, [
    '--disable-warning=ExperimentalWarning',
    fileURLToPath(new URL('pinger.ts', import.meta.url)),
    on.url,
  ]);
  const ended = once(pinger, 'exit');
  stack.use(await goesFirst(pinger.pid ?? 0));
  stack.defer(async () => {
    pinger.kill();
    await ended;
  });
  const times: number[] = [];
  createInterface({ input: pinger.stdout }).on('line', (line) => times.push(Number(line)));
  while (times.length < 5) await sleep(20);
  times.length = 0;
  const began = performance.now();
  const what = (await does(on)) ?? '';
  const seconds = (performance.now() - began) / 1000;
  await sleep(100);
  return { times, what, seconds };
}

const textOf = ({ name, slowestMs, p99Ms, loopMs, turnMs, seconds, what }: Row): string =>
  `| ${name} | ${slowestMs.toFixed(0)} ms | ${p99Ms.toFixed(0)} ms | ${loopMs.toFixed(0)} ms | ${turnMs.toFixed(0)} ms | ${seconds.toFixed(1)} s | ${what} |`;

/** Reads the longest delay since the last request. */
async function loopDelayMs(on: ServeProcess): Promise<number> {
  const text = await (await on.request('/metrics')).text();
  return Number(/^matrix_event_loop_delay_seconds\{quantile="1"\} (\S+)/m.exec(text)?.[1]) * 1000;
}
