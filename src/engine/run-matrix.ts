import { createHash, randomBytes } from 'node:crypto';
import PQueue from 'p-queue';
import type { RunEvent } from '../domain/event.ts';
import type { RunRecord } from '../domain/record.ts';
import type { Matrix, Ruby } from '../domain/ruby.ts';
import { newRunId } from '../domain/run-id.ts';
import { composeScript, prepareScript, type PreparedScript } from '../script/prepare.ts';
import type { ScriptParser } from '../script/syntax.ts';
import { inState, queuedCell } from './cell-record.ts';
import { packInput, type InputFile } from './input.ts';
import { measureCell, type CellPlan } from './measure-cell.ts';
import type { Clock, Containers, Store } from './ports.ts';
import { summarised, withCell } from './run-record.ts';

export interface RunRequest {
  /** The script as posted; its name is a path relative to the working directory. Null where `body` is given. */
  readonly script: { readonly name: string; readonly text: string } | null;
  /** `-e BODY --setup CODE`; null where `script` is given. */
  readonly body: { readonly setup: string; readonly body: string } | null;
  /** Files that lie beside the script. */
  readonly files: readonly InputFile[];
  readonly args: readonly string[];
  readonly rubies: readonly Ruby[];
  readonly budgetSeconds: number;
  readonly exactCount: boolean;
  readonly loopLine: number | null;
  readonly notes: readonly string[];
}

export interface RunDeps {
  readonly containers: Containers;
  readonly store: Store;
  readonly clock: Clock;
  readonly parser: ScriptParser;
  readonly matrix: Matrix;
  readonly jobs: number;
  emit(event: RunEvent): void;
}

/** The request cannot be run as it is. `message` says what to change. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}

/** Runs a script on every ruby of the request. Throws RequestError before anything is started. */
export async function runMatrix(request: RunRequest, deps: RunDeps, signal: AbortSignal): Promise<RunRecord> {
  const source = sourceOf(request);
  const prepared = prepareScript({ text: source.text, loopLine: request.loopLine }, deps.parser);
  if (!prepared.ok) throw new RequestError(prepared.message);
  const script = prepared.script;
  const run = new Run(firstRecord(request, deps, source, script), deps);
  await run.begin();
  const name = request.script === null ? BODY_FILE : source.name;
  const files = [...request.files.filter((file) => file.path !== name), { path: name, content: Buffer.from(script.text) }];
  const input = await packInput(files);
  const queue = new PQueue({ concurrency: deps.jobs });
  await queue.addAll(
    request.rubies.map((ruby) => async () => {
      const labels = { 'matrix.run': run.record.id, 'matrix.ruby': ruby.name };
      const { budgetSeconds, exactCount, args } = request;
      const plan: CellPlan = { ruby, input, scriptName: name, loopLine: script.loop?.line ?? null, args, limits: deps.matrix.limits, budgetSeconds, exactCount, labels };
      await run.measure(plan, signal);
    }),
  );
  return run.finish(signal.aborted);
}

const sourceOf = ({ script, body }: RunRequest): { readonly name: string; readonly text: string } => {
  if (script !== null) return script;
  if (body === null) throw new RequestError('neither a script nor a body was given');
  return { name: '-e', text: composeScript(body.setup, body.body) };
};

/** What `$0` is for a body that came without a file. */
const BODY_FILE = 'repro.rb';

function firstRecord(request: RunRequest, deps: RunDeps, source: { name: string; text: string }, script: PreparedScript): RunRecord {
  const createdAt = deps.clock.timestamp();
  return {
    schema: 1,
    id: newRunId(createdAt, source.name, randomBytes(3).toString('hex')),
    createdAt,
    finishedAt: null,
    state: 'running',
    script: { name: source.name, sha256: createHash('sha256').update(source.text).digest('hex'), text: source.text },
    loop: script.loop,
    options: { budgetSeconds: request.budgetSeconds, exactCount: request.exactCount },
    listed: deps.matrix.rubies.map((ruby) => ruby.name),
    sentence: null,
    leaking: [],
    clean: [],
    inconclusive: [],
    unmeasured: [],
    cells: request.rubies.map((ruby) => queuedCell(ruby.name)),
    notes: [...request.notes, ...script.notes],
  };
}

/** A run under way: the one place that changes its record, stores it and tells of it. */
class Run {
  record: RunRecord;
  readonly #deps: RunDeps;

  constructor(record: RunRecord, deps: RunDeps) {
    this.record = record;
    this.#deps = deps;
  }

  async begin(): Promise<void> {
    await this.#deps.store.saveRun(this.record);
    this.#deps.emit({ type: 'run', run: this.record });
    for (const text of this.record.notes) this.#deps.emit({ type: 'note', text });
  }

  async measure(plan: CellPlan, signal: AbortSignal): Promise<void> {
    const { containers, clock, store } = this.#deps;
    const emit = (event: RunEvent): void => this.#deps.emit(event);
    const ruby = plan.ruby.name;
    const watcher = {
      state: (state: 'queued' | 'preparing' | 'measuring' | 'done', detail: string | null) => {
        this.record = withCell(this.record, inState(queuedCell(ruby), state));
        emit({ type: 'cell-state', ruby, state, detail });
      },
      sample: (sample: Parameters<Parameters<typeof measureCell>[3]['sample']>[0], slope: number | null) =>
        emit({ type: 'sample', ruby, iterations: sample.iterations, afterMs: sample.afterMs, bytes: sample.mallocBytes + sample.slotBytes, liveSlots: sample.liveSlots, slope }),
    };
    const { cell, traces } = await measureCell(plan, containers, clock, watcher, signal);
    for (const { pass, trace } of traces) {
      await store.saveTrace(this.record.id, { ruby, pass, samples: trace.samples, histograms: trace.histograms });
    }
    this.record = summarised(withCell(this.record, cell));
    await store.saveRun(this.record);
    emit({ type: 'cell', cell });
  }

  async finish(cancelled: boolean): Promise<RunRecord> {
    this.record = summarised({ ...this.record, state: cancelled ? 'cancelled' : 'done', finishedAt: this.#deps.clock.timestamp() });
    await this.#deps.store.saveRun(this.record);
    this.#deps.emit({ type: 'done', run: this.record });
    return this.record;
  }
}
