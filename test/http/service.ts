import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Matrix } from '../../src/domain/ruby/ruby.ts';
import type { RunRecord } from '../../src/domain/run/record.ts';
import { prepareHere } from '../../src/engine/plan/prepare-here.ts';
import { EngineError } from '../../src/engine/ports.ts';
import type { ServiceLimits, ServiceStore } from '../../src/engine/service/ports.ts';
import { RunService } from '../../src/engine/service/run-service.ts';
import { createApp } from '../../src/http/app.ts';
import type { AccessPolicy, App, HttpLimits } from '../../src/http/context.ts';
import { createLog } from '../../src/http/log.ts';
import { rendered, showsTraces, type Render } from '../../src/http/runs/render.ts';
import { createMetrics } from '../../src/http/metrics.ts';
import { createParser } from '../../src/prism/parser.ts';
import { sentenceOf } from '../../src/report/summary/sentence.ts';
import { loadMatrix } from '../../src/store/matrix/matrix-file.ts';
import { createResultsStore } from '../../src/store/runs/results-store.ts';
import { createServiceStore } from '../../src/store/runs/service-store.ts';

export const TOKEN = 'a-token-for-tests-0123456789';
export const AUTH = { Authorization: `Bearer ${TOKEN}` };
export const SCRIPT = '1000.times { Object.new }\n';

const prepare = prepareHere(await createParser());
const loaded = await loadMatrix(fileURLToPath(new URL('../../matrix.yaml', import.meta.url)));
if (!loaded.ok) throw new Error(loaded.message);
const shipped: Matrix = loaded.value;

export interface TestService extends AsyncDisposable {
  readonly app: App;
  readonly service: RunService;
  readonly store: ServiceStore;
  /** The results folder. */
  readonly folder: string;
  /** Ids of the runs whose records were read, in order. */
  readonly read: readonly string[];
  /** Everything that was logged. */
  readonly logged: readonly string[];
  /** Kinds of what was rendered, in order. */
  readonly renderings: readonly string[];
  /** The same folder in a new process, as far as anything can tell. */
  restarted(): Promise<TestService>;
}

export interface TestOptions {
  readonly limits?: Partial<ServiceLimits>;
  readonly http?: Partial<HttpLimits>;
  readonly access?: Partial<AccessPolicy>;
  /** Records that are there at the start. */
  readonly stored?: readonly RunRecord[];
  readonly folder?: string;
  /** What differs from the matrix that is shipped. */
  readonly matrix?: Partial<Matrix>;
  /** Free bytes of the disk, as it says. */
  readonly freeBytes?: () => number;
  /** False: it is started by the test. */
  readonly starts?: boolean;
}

const LIMITS: ServiceLimits = {
  jobs: 1,
  waitingRuns: 1000,
  keepDays: 36_500,
  keepBytes: 1e12,
  minimumFreeBytes: 1,
};
const HTTP: HttpLimits = {
  bodyBytes: 2 ** 20,
  writesPerMinute: 1e6,
  streams: 16,
  heartbeatMs: 50,
  stallMs: 5000,
};

/** Starts the whole service without an engine: accepted runs wait. */
export async function startService(options: TestOptions = {}): Promise<TestService> {
  const matrix = { ...shipped, ...options.matrix };
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'matrix-http-')));
  const runs = createResultsStore({ folder, warn: () => {} });
  const real = createServiceStore({ folder, runs, warn: () => {} });
  const { freeBytes } = options;
  const read: string[] = [];
  const store: ServiceStore = {
    ...real,
    ...(freeBytes === undefined ? {} : { freeBytes: async () => freeBytes() }),
    loadRun: (id) => {
      read.push(id);
      return real.loadRun(id);
    },
  };
  for (const run of options.stored ?? []) await store.saveRun(run);
  const logged: string[] = [];
  const log = createLog({ write: (line) => logged.push(line) }, 'info');
  const metrics = createMetrics();
  const clock = { now: () => performance.now(), timestamp: () => new Date().toISOString() };
  const service = new RunService(
    {
      connect: async () => {
        throw new EngineError('no engine in this test');
      },
      store,
      clock,
      prepare,
      matrix,
      measuringVersion: 'test',
      log,
      observer: metrics.observer,
      describeResult: sentenceOf,
    },
    { ...LIMITS, ...options.limits },
  );
  if (options.starts ?? true) await service.start();
  const access = {
    tokens: [
      { name: 'alice', secret: TOKEN },
      { name: 'bob', secret: 'another-token-for-tests-0123' },
    ],
    hostNames: [],
    isPrivate: false,
    anyAddress: false,
    publicOrigin: null,
    ...options.access,
  };
  const limits = { ...HTTP, ...options.http };
  const renderings: string[] = [];
  const render: Render = async (what) => {
    renderings.push(what.kind);
    return rendered(what, showsTraces(what) ? await store.loadTraces(what.run.id) : []);
  };
  const app = createApp({ service, matrix, clock, version: '0.0.0', access, limits, log, metrics, render });
  return {
    app,
    service,
    store,
    folder,
    read,
    logged,
    renderings,
    async restarted() {
      await service.drain(0);
      return startService({ ...options, folder, stored: [] });
    },
    async [Symbol.asyncDispose]() {
      await service.drain(0);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Sends `POST /runs` with a JSON body and a token. */
export function post(app: App, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const all = { 'Content-Type': 'application/json', ...AUTH, ...headers };
  return Promise.resolve(app.request('/runs', { method: 'POST', body: text, headers: all }));
}

export interface Problem {
  readonly status: number;
  readonly detail: string;
  readonly errors: readonly { readonly in: string; readonly field: string; readonly detail: string }[];
}

/** Reads the names of the fields that a refusal names. */
export async function fieldsOf(response: Response): Promise<readonly string[]> {
  return ((await response.json()) as Problem).errors.map(({ in: where, field }) => `${where} ${field}`);
}
