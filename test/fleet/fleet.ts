import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { AUTH, serve, type ServeProcess } from '../serve.ts';
import { startRedis, type RedisServer } from './redis.ts';
import type { SimulatedWorker } from './simulated-worker.ts';

const WORKER = fileURLToPath(new URL('simulated-worker.ts', import.meta.url));
export const WORKER_TOKEN = 'a-worker-token-for-tests-0123';
export const OTHER_TOKEN = 'another-worker-token-for-tests';

/** Token of a second client. */
export const CLIENT_B = 'client-b-token-for-tests-0123';

/** One line that a simulated worker writes. */
export interface Told {
  readonly at: number;
  readonly what: 'accepted' | 'start' | 'end' | 'stopped' | 'explain' | 'repeat';
  readonly run?: string;
  readonly cell?: string;
}

export interface WorkerProcess extends AsyncDisposable {
  readonly name: string;
  readonly pid: number;
  readonly told: readonly Told[];
  readonly exit: Promise<number | string>;
  log(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface TestFleet extends AsyncDisposable {
  readonly redis: RedisServer;
  readonly on: ServeProcess;
  /** Kills the service, and starts it again with the same results. */
  restartService(signal?: NodeJS.Signals): Promise<void>;
  worker(name: string, more?: Partial<SimulatedWorker>): Promise<WorkerProcess>;
  /** What all workers have reported, in order. */
  told(): readonly Told[];
  metric(name: string): Promise<number>;
}

export interface FleetOptions {
  readonly args?: readonly string[];
  readonly redis?: readonly string[];
}

/** Starts a redis-server and a service; workers are started by the test. */
export async function startFleet({ args = [], redis: more = [] }: FleetOptions = {}): Promise<TestFleet> {
  await using stack = new AsyncDisposableStack();
  const redis = stack.use(await startRedis(...more));
  const folder = await mkdtemp(join(tmpdir(), 'matrix-fleet-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const tokens = join(folder, 'tokens');
  await writeFile(tokens, `one ${WORKER_TOKEN}\ntwo ${OTHER_TOKEN}\n`, { mode: 0o600 });
  const clients = join(folder, 'clients');
  await writeFile(clients, `b ${CLIENT_B}\n`, { mode: 0o600 });
  const results = join(folder, 'results');
  const usual = [
    '--redis',
    redis.url,
    '--worker-token-file',
    tokens,
    '--rate',
    '1000000',
    '--drain',
    '2',
    '--token-file',
    clients,
  ];
  const start = (port: number): Promise<ServeProcess> =>
    serve(results, [...usual, ...args, ...(port === 0 ? [] : ['--port', String(port)])]);
  let on = await start(0);
  const { url, port } = on;
  stack.defer(() => on[Symbol.asyncDispose]());
  const workers: WorkerProcess[] = [];
  stack.defer(async () => void (await Promise.all(workers.map((one) => one[Symbol.asyncDispose]()))));
  const owned = stack.move();
  return {
    redis,
    get on() {
      return on;
    },
    async restartService(signal = 'SIGKILL') {
      on.kill(signal);
      await on.exit;
      on = await start(port);
    },
    async worker(name, given = {}) {
      const worker = startWorker({ server: url, token: WORKER_TOKEN, redis: redis.url, name, ...given });
      workers.push(worker);
      return worker;
    },
    told: () => workers.flatMap(({ told }) => told).toSorted((a, b) => a.at - b.at),
    metric: async (name) => {
      const text = await (await on.request('/metrics')).text();
      return Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)`, 'm').exec(text)?.[1] ?? NaN);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

function startWorker(given: SimulatedWorker): WorkerProcess {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', WORKER, JSON.stringify(given)],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const told: Told[] = [];
  let log = '';
  createInterface({ input: child.stdout }).on('line', (line) => told.push(JSON.parse(line) as Told));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  return {
    name: given.name,
    pid: child.pid ?? 0,
    told,
    exit,
    log: () => log,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exit;
    },
  };
}

/** Starts a run of these rubies, each of which takes these seconds. */
export async function submit(
  fleet: TestFleet,
  seconds: number,
  rubies: string,
  headers: Record<string, string> = {},
  options: object = {},
): Promise<RunRecord> {
  const answer = await fleet.on.request('/runs', {
    method: 'POST',
    headers: { ...AUTH, 'Content-Type': 'application/json', ...headers },
    // Never the same twice, so that nothing is answered from an earlier run.
    body: JSON.stringify({
      script: `# ${Math.random()}\nsleep ${seconds}\n1000.times { }\n`,
      rubies,
      options,
    }),
  });
  if (!answer.ok) throw new Error(await answer.text());
  return (await answer.json()) as RunRecord;
}

/** Waits until something holds. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms: ${what}`);
    await sleep(20);
  }
}

/** Counts how often each cell was started. */
export const startsOf = (told: readonly Told[]): ReadonlyMap<string, number> =>
  new Map(
    [
      ...Map.groupBy(
        told.filter(({ what }) => what === 'start'),
        ({ run, cell }) => `${run}/${cell}`,
      ),
    ].map(([key, all]) => [key, all.length]),
  );
