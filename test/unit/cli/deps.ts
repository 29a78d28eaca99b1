import type { EngineAccess, RunParts } from '../../../src/usecases/deps.ts';
import type { MainDeps } from '../../../src/cli/serve/serve-deps.ts';
import { STANDARD_GEM_POLICY } from '../../../src/domain/ruby/gems.ts';
import type { RunRecord } from '../../../src/domain/run/record.ts';
import type { Matrix, Ruby } from '../../../src/domain/ruby/ruby.ts';
import { EngineError, type Store } from '../../../src/engine/ports.ts';
import type { RunRequest } from '../../../src/engine/plan/run-request.ts';
import { LIMITS } from '../domain/limits.ts';
import { captured, type Captured } from './streams.ts';

function ruby(name: string, ...sources: Ruby['sources']): Ruby {
  const [major = 0, minor = 0, patch = 0] = name.split('.').map(Number);
  const official = { kind: 'official', image: `ruby:${name}` } as const;
  return { name, version: { major, minor, patch }, sources: sources.length > 0 ? sources : [official] };
}

export const MATRIX: Matrix = {
  rubies: [
    ruby('2.2.10'),
    ruby('2.3.6'),
    ruby('2.4.3'),
    ruby('2.7.4', { kind: 'official', image: 'ruby:2.7.4' }, { kind: 'debian', suite: 'bullseye' }),
  ],
  defaultSet: ['2.2.10', '2.3.6', '2.7.4'],
  defaults: { budgetSeconds: 30, jobs: 1 },
  runtime: null,
  gems: STANDARD_GEM_POLICY,
  limits: { ...LIMITS, scriptKiB: 1 },
};

/** Makes a store in memory. */
function memoryStore(): Store {
  const runs = new Map<string, RunRecord>();
  return {
    saveRun: async (run) => void runs.set(run.id, run),
    saveTrace: async () => undefined,
    findRun: async (id) => (runs.has(id) ? id : null),
    loadRun: async (id) => runs.get(id) ?? null,
    loadTraces: async () => [],
    listRuns: async () => ({ runs: [...runs.values()], warnings: [] }),
  };
}

const unused = (): never => {
  throw new Error('not part of this scene');
};

export interface Scene {
  readonly deps: MainDeps;
  readonly access: EngineAccess;
  readonly streams: Captured;
  readonly store: Store;
  /** Requests that reached the engine. */
  readonly requests: RunRequest[];
}

export interface SceneOptions {
  readonly measure?: (request: RunRequest, parts: RunParts, signal: AbortSignal) => Promise<RunRecord>;
  readonly engine?: Partial<EngineAccess> | 'none';
  readonly env?: Record<string, string>;
}

/** Makes the commands' surroundings with a canned engine: the command line is under test. */
export function scene(options: SceneOptions = {}): Scene {
  const streams = captured(options.env);
  const store = memoryStore();
  const requests: RunRequest[] = [];
  const access: EngineAccess = {
    containers: { prepare: unused, withGems: unused, start: unused },
    facts: async () => ({
      version: '20.10.24',
      apiVersion: '1.41',
      cgroupVersion: '1',
      arch: 'amd64',
      emulated: [],
      storageDriver: 'overlay2',
      runtimes: ['runc', 'runsc'],
      defaultRuntime: 'runc',
      rootFolder: '/nowhere',
      warnings: [],
    }),
    sweep: async () => ({ removed: 0, failed: 0 }),
    inventory: async (rubies) => rubies.map((one) => ({ ruby: one.name, image: null, source: null })),
    registry: async () => ({ ok: true }),
    debian: async () => ({ ok: true }),
    leftOf: async () => 0,
    prune: async () => ({ removed: [], kept: [] }),
    ...(options.engine === 'none' ? {} : options.engine),
  };
  const deps: MainDeps = {
    streams,
    version: '1.2.3',
    ownConfig: 'the-matrix-that-comes-along.yaml',
    exploitsFolder: 'test/exploits',
    clock: { now: () => 0, timestamp: () => '2026-11-23T07:15:02.000Z' },
    loadMatrix: async () => ({ ok: true, value: MATRIX }),
    openStore: async () => store,
    connect: async () => {
      if (options.engine === 'none') throw new EngineError('no engine: matrix doctor --fix installs one');
      return access;
    },
    ensureEngine: async () => undefined,
    openRepository: unused,
    serve: unused,
    work: unused,
    askRedis: async () => null,
    askFleet: async () => ({ ok: false, message: 'no service' }),
    measure: async (request, parts, signal) => {
      requests.push(request);
      return (options.measure ?? unused)(request, parts, signal);
    },
  };
  return { deps, access, streams, store, requests };
}
