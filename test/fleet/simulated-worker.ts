/** A worker whose engine is simulated: each cell takes as long as its script says, and is clean. */
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { nameOf } from '../../src/domain/cell/configuration.ts';
import type { CellJob, CellRunner, MeasuredCell } from '../../src/engine/cell-runner.ts';
import { unexplained } from '../../src/engine/explain/unexplained.ts';
import { failedCell, queuedCell } from '../../src/engine/measure/cell-record.ts';
import { measuringParts } from '../../src/composition/measuring-version.ts';
import { FleetWorker } from '../../src/redis/worker/fleet-worker.ts';
import { RefusedError, Server } from '../../src/redis/worker/server.ts';
import { redisAddress } from '../../src/cli/serve/redis-address.ts';
import { createLog } from '../../src/http/log.ts';

export interface SimulatedWorker {
  readonly server: string;
  readonly token: string;
  readonly redis: string;
  readonly name: string;
  readonly host?: string;
  readonly places?: number;
  readonly arch?: string;
  /** What its containers say they run on. */
  readonly machine?: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** Parts that differ from those of this version. */
  readonly parts?: Readonly<Record<string, string>>;
  readonly clockAheadMs?: number;
  readonly drainMs?: number;
  /** Whether its engine is lost when a file of this name is there. */
  readonly lostFile?: string;
}

const given = JSON.parse(process.argv[2] ?? '{}') as SimulatedWorker;
const { arch = 'amd64', places = 1, name } = given;
const tell = (what: string, more: object = {}): void =>
  void process.stdout.write(`${JSON.stringify({ at: Date.now(), what, ...more })}\n`);

/** Milliseconds that a script takes: it contains `sleep 0.5`. */
function takesMs({ input }: CellJob): number {
  return Number(/^sleep ([\d.]+)/m.exec(Buffer.from(input).toString('latin1'))?.[1] ?? 0.02) * 1000;
}

async function isLost(): Promise<boolean> {
  if (given.lostFile === undefined) return false;
  const { access } = await import('node:fs/promises');
  return access(given.lostFile).then(
    () => true,
    () => false,
  );
}

async function measure(job: CellJob, signal: AbortSignal): Promise<MeasuredCell> {
  const cell = job.configuration.id;
  tell('start', { run: job.runId, cell });
  const stopped = await sleep(takesMs(job), false, { signal }).catch(() => true);
  tell(stopped ? 'stopped' : 'end', { run: job.runId, cell });
  const named = nameOf(job.configuration);
  const failure = (kind: 'cancelled' | 'engine-error', message: string): MeasuredCell => {
    const code = kind === 'cancelled' ? kind : 'engine-lost';
    return {
      cell: failedCell(named, { kind, stage: 'loop', code, message, line: null }, null, 0),
      traces: [],
      image: null,
    };
  };
  if (stopped) return failure('cancelled', 'cancelled before a verdict was reached');
  if (await isLost()) return failure('engine-error', 'the connection to the engine was lost');
  const [source] = job.configuration.ruby.sources;
  const environment = {
    description: `ruby ${named.ruby}`,
    image: source?.kind === 'official' ? source.image : 'debian:bookworm',
    digest: 'sha256:0',
    source: source?.kind ?? 'official',
    os: 'Debian',
    libc: 'glibc 2.36',
    allocator: 'glibc malloc',
    arch: given.machine ?? (arch === 'amd64' ? 'x86_64' : 'aarch64'),
    workdir: '/home',
    packages: [],
    runtime: null,
    gems: null,
  };
  return {
    image: `matrix:${named.ruby}-0`,
    traces: [],
    cell: {
      ...queuedCell(named),
      state: 'done',
      stage: 'finish',
      outcome: 'measured',
      verdict: 'clean',
      code: 'clean-flat',
      message: 'nothing grows',
      iterations: 1000,
      seconds: takesMs(job) / 1000,
      environment,
    },
  };
}

const runner: CellRunner = {
  measure: async (job, watcher, signal) => {
    watcher.state('measuring', `on ${name}`);
    return measure(job, signal);
  },
  explain: async ({ cell, role }, signal) => {
    tell('explain', { run: cell.runId, cell: cell.configuration.id });
    await sleep(takesMs(cell), undefined, { signal }).catch(() => undefined);
    return unexplained(role, `explained by ${name}`);
  },
  repeat: async ({ cells }) => {
    tell('repeat', { run: cells[0]?.job.runId, cells: cells.map(({ measured }) => measured.id) });
    return cells.map(({ measured }) => [
      measured.id,
      { loop: { line: 1, kind: '', context: null }, measured: [] },
    ]);
  },
  removed: async () => undefined,
};

let problem: string | null = null;
const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());
const images = fileURLToPath(new URL('../../images', import.meta.url));
const parts = { ...(await measuringParts(images)), ...given.parts };
const worker = new FleetWorker({
  server: new Server(given.server, given.token),
  redis: redisAddress(given.redis).options,
  shownRedis: given.redis,
  places,
  introduction: () => ({
    name,
    host: { name: given.host ?? name, processor: 'simulated', kernel: '6.1' },
    arch,
    places,
    labels: given.labels ?? {},
    version: '0.1.0',
    parts,
    clock: new Date(Date.now() + (given.clockAheadMs ?? 0)).toISOString(),
  }),
  drainMs: given.drainMs ?? 5_000,
  log: createLog(process.stderr, 'info'),
  runnerWith: () => runner,
  engineProblem: () => problem,
  checkEngine: async () => {
    problem = (await isLost()) ? 'the engine does not answer' : null;
    return problem === null;
  },
  stock: async () => ({ rubies: [], registry: true, debian: false }),
  accepted: async () => tell('accepted'),
  changed: () => undefined,
});
try {
  await worker.run(stop.signal);
} catch (error) {
  if (!(error instanceof RefusedError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
process.exit(0);
