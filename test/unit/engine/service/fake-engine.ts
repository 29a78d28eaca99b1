import { setTimeout as sleep } from 'node:timers/promises';
import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';
import { prepareHere } from '../../../../src/engine/plan/prepare-here.ts';
import { EngineError, type Containers, type RunningCell } from '../../../../src/engine/ports.ts';
import type { ServiceLimits, ServiceStore } from '../../../../src/engine/service/ports.ts';
import { RunService } from '../../../../src/engine/service/run-service.ts';
import type { Submission } from '../../../../src/engine/service/intake/submission.ts';
import type { Ticket } from '../../../../src/engine/service/ticket.ts';
import { createParser } from '../../../../src/prism/parser.ts';
import { openRunIndex } from '../../../../src/store/index/run-index.ts';
import { sentenceOf } from '../../../../src/report/summary/sentence.ts';
import { MATRIX } from '../../cli/deps.ts';

const prepare = prepareHere(await createParser());
export const [ruby22, ruby23, ruby24] = MATRIX.rubies as unknown as readonly [Ruby, Ruby, Ruby];

/** An engine whose containers do what a test says; each ends when it is released, or killed. */
export class FakeEngine {
  up = true;
  /** `RUN/RUBY` of every container that was started, in order. */
  readonly started: string[] = [];
  /** Containers that wait to be released. */
  readonly held = new Map<string, () => void>();
  /** When set, containers are not held: they end at once. */
  free = false;
  swept = 0;

  readonly containers: Containers = {
    prepare: async (wanted) => {
      if (!this.up)
        return { ok: false, kind: 'engine-error', message: 'the connection to the engine was lost' };
      const image = {
        tag: `image-${wanted.name}`,
        base: 'b',
        digest: 'd',
        source: 'official',
        ruby: 'ruby',
      } as const;
      return { ok: true, value: image };
    },
    withGems: async (image) => ({ ok: true, value: image }),
    start: async (_, spec): Promise<RunningCell> => {
      if (!this.up) throw new EngineError('the engine is gone');
      const name = `${spec.labels['run']}/${spec.labels['ruby']}`;
      const { promise, resolve } = Promise.withResolvers<void>();
      // A container that waits for its settings has not begun.
      let hasBegun = false;
      void Promise.resolve(spec.env).then(() => {
        hasBegun = true;
        this.started.push(name);
        if (this.free) resolve();
        this.held.set(name, resolve);
      });
      return {
        lines: (async function* lines() {
          await promise;
          yield* [] as string[];
        })(),
        ended: promise.then(() =>
          this.up
            ? { kind: 'exited', exitCode: 0, oomKilled: true, stderr: '' }
            : { kind: 'engine-lost', message: 'the engine is gone' },
        ),
        kill: async () => resolve(),
        [Symbol.asyncDispose]: async () => void (hasBegun && this.held.delete(name)),
      };
    },
  };

  /** As when the daemon is killed. */
  lose(): void {
    this.up = false;
    for (const release of this.held.values()) release();
  }

  async holding(count: number): Promise<readonly string[]> {
    for (let tries = 0; this.held.size < count && tries < 400; tries += 1) await sleep(5);
    return [...this.held.keys()];
  }
}

export interface Memory {
  readonly runs: Map<string, RunRecord>;
  readonly tickets: Map<string, Ticket>;
  full: boolean;
  /** What a ticket waits for before it is stored. */
  held?: Promise<void>;
}

export const memory = (): Memory => ({ runs: new Map(), tickets: new Map(), full: false });

function storeOf(kept: Memory): ServiceStore {
  return {
    saveRun: async (run) => void kept.runs.set(run.id, structuredClone(run)),
    saveTrace: async () => undefined,
    findRun: async (id) => (kept.runs.has(id) ? id : null),
    loadRun: async (id) => kept.runs.get(id) ?? null,
    loadTraces: async () => [],
    listRuns: async () => ({ runs: [...kept.runs.values()], warnings: [] }),
    runIds: async () => [...kept.runs.keys()].toSorted().toReversed(),
    saveTicket: async (id, ticket) => {
      await kept.held;
      kept.tickets.set(id, structuredClone(ticket));
    },
    loadTicket: async (id) => kept.tickets.get(id) ?? null,
    loadTracesOf: async () => [],
    removeRun: async (id) => void (kept.runs.delete(id) && kept.tickets.delete(id)),
    bytesOf: async () => 1,
    stampOf: async (id) => JSON.stringify(kept.runs.get(id)?.cells.map(({ state }) => state) ?? null),
    folderStamp: async () => ({ stamp: [...kept.runs.keys()].join(), changedAtMs: 0 }),
    index: openRunIndex(':memory:', () => {}),
    freeBytes: async () => (kept.full ? 0 : 1e9),
  };
}

const LIMITS: ServiceLimits = {
  jobs: 1,
  waitingRuns: 100,
  keepDays: 36_500,
  keepBytes: 1e9,
  minimumFreeBytes: 1,
};

/** Starts a service in memory, over a canned engine: the service's own bookkeeping is under test. */
export async function started(
  engine: FakeEngine,
  kept: Memory,
  limits: Partial<ServiceLimits> = {},
): Promise<RunService> {
  const nobody = { info: () => {}, warn: () => {}, error: () => {} };
  const service = new RunService(
    {
      connect: async () => {
        if (!engine.up) throw new EngineError('no engine answers');
        return {
          containers: engine.containers,
          ping: async () => {
            if (!engine.up) throw new Error('no answer');
          },
          sweep: async () => void (engine.swept += 1),
          inventory: async (rubies) =>
            rubies.map(({ name }) => ({ ruby: name, image: `image-${name}`, source: null })),
          searchedRubies: async ({ named }) => ({ rubies: named ?? MATRIX.rubies, unavailable: [] }),
          defaultRubies: async () => ({ rubies: [ruby22], notes: ['the default'] }),
        };
      },
      store: storeOf(kept),
      clock: { now: () => performance.now(), timestamp: () => new Date().toISOString() },
      prepare,
      matrix: MATRIX,
      measuringVersion: '1',
      log: nobody,
      describeResult: sentenceOf,
      observer: { cellDone: () => {}, stageDone: () => {} },
    },
    { ...LIMITS, ...limits },
  );
  await service.start();
  return service;
}

export const asked = (
  client: string,
  rubies: readonly Ruby[] | null,
  more: Partial<Submission> = {},
): Submission => ({
  request: {
    script: { name: 'repro.rb', text: '1000.times { }\n' },
    body: null,
    files: [],
    args: [],
    rubies,
    options: { ...STANDARD_OPTIONS, budgetSeconds: 1, cache: false },
  },
  client,
  owner: client,
  idempotencyKey: null,
  ...more,
});

/** Reads the id of a run that was accepted, repeated or cached. */
export async function idOf(submitted: ReturnType<RunService['submit']>): Promise<string> {
  const answer = await submitted;
  if (answer.kind === 'refused') throw new Error(answer.refusal.message);
  return answer.view.run.id;
}

/** Waits until the run is finished, and returns it. */
export async function finished(service: RunService, id: string): Promise<RunRecord> {
  for (let tries = 0; tries < 1000; tries += 1) {
    const view = await service.view(id);
    if (view !== null && view.run.finishedAt !== null) return view.run;
    await sleep(5);
  }
  throw new Error(`${id} is not finished`);
}
