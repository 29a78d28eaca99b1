import { mkdtemp } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultRubies } from '../src/usecases/rubies/default-rubies.ts';
import type { RunEvent } from '../src/domain/run/event.ts';
import type { GemPolicy } from '../src/domain/ruby/gems.ts';
import { chosenOptions, type NamedOptions } from '../src/domain/run/options.ts';
import type { CellRecord, RunRecord } from '../src/domain/run/record.ts';
import type { Limits, Matrix, Ruby } from '../src/domain/ruby/ruby.ts';
import { selectRubies } from '../src/domain/ruby/selector.ts';
import { connect, type Engine } from '../src/docker/connection/connect.ts';
import { createContainers } from '../src/docker/containers.ts';
import { debianBasesPossible } from '../src/docker/housekeeping/describe.ts';
import { inventory } from '../src/docker/housekeeping/inventory.ts';
import type { Containers } from '../src/engine/ports.ts';
import { archive } from '../src/git/archive.ts';
import { runMatrix } from '../src/engine/run-matrix.ts';
import type { RunRequest } from '../src/engine/plan/run-request.ts';
import { createParser } from '../src/prism/parser.ts';
import { resultSentence } from '../src/report/bisect/sentence.ts';
import type { ScriptParser } from '../src/script/syntax.ts';
import { loadMatrix } from '../src/store/matrix/matrix-file.ts';
import { createResultsStore } from '../src/store/runs/results-store.ts';

export interface HarnessOptions {
  readonly jobs?: number;
  readonly limits?: Limits;
  readonly gems?: GemPolicy;
  readonly signal?: AbortSignal;
  readonly emit?: (event: RunEvent) => unknown;
  /** Instead of the harness's own: the same with clocks, say. */
  readonly containers?: Containers;
}

/** What is to be measured; what is left out is as usual. */
export type HarnessRequest = Partial<Omit<RunRequest, 'options'>> & { readonly options?: NamedOptions };

/** The real parts, put together as src/composition does; results go to a folder of their own. */
export interface Harness {
  readonly engine: Engine;
  readonly matrix: Matrix;
  readonly containers: Containers;
  readonly resultsFolder: string;
  /** Rubies to measure: those asked for, or all that are here or can be made without a registry. */
  readonly rubies: readonly Ruby[];
  run(request: HarnessRequest, options?: HarnessOptions): Promise<RunRecord>;
}

const root = fileURLToPath(new URL('../', import.meta.url));
export const pathOf = (path: string): string => join(root, path);
export const cores = (): number => availableParallelism();

/**
 * @param runtime a sandboxing runtime of the engine, such as `runsc`; null: the engine's own
 * @param env names the engine, as the commands read it
 */
export async function createHarness(
  selectors: readonly string[],
  runtime: string | null = null,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Harness> {
  const loaded = await loadMatrix(pathOf('matrix.yaml'));
  if (!loaded.ok) throw new Error(loaded.message);
  const { value: matrix } = loaded;
  const engine = await connect(env);
  const imagesFolder = pathOf('images');
  const containers = await createContainers({ engine, imagesFolder, runtime, archive });
  const parser: ScriptParser = await createParser();
  const resultsFolder = await mkdtemp(join(tmpdir(), 'matrix-bench-'));
  const store = createResultsStore({ folder: resultsFolder, warn: (message) => console.error(message) });
  const clock = { now: () => performance.now(), timestamp: () => new Date().toISOString() };
  const rubies =
    selectors.length > 0 ? chosen(matrix, selectors) : await atHand(engine, matrix, imagesFolder);
  return {
    engine,
    matrix,
    containers,
    resultsFolder,
    rubies,
    run: (
      request,
      { jobs, limits = matrix.limits, gems = matrix.gems, signal, emit, containers: used = containers } = {},
    ) =>
      runMatrix(
        {
          script: null,
          body: null,
          files: [],
          args: [],
          rubies,
          notes: [],
          ...request,
          options: chosenOptions(matrix.defaults, request.options ?? {}),
        },
        {
          containers: used,
          store,
          clock,
          parser,
          describeResult: resultSentence,
          matrix: { ...matrix, limits, runtime, gems },
          jobs: jobs ?? cores(),
          lastBeside: jobs === undefined,
          emit: (event) => void emit?.(event),
        },
        signal ?? new AbortController().signal,
      ),
  };
}

function chosen(matrix: Matrix, selectors: readonly string[]): readonly Ruby[] {
  const selection = selectRubies(matrix, selectors);
  if (!selection.ok) throw new Error(selection.message);
  return selection.value;
}

async function atHand(engine: Engine, matrix: Matrix, imagesFolder: string): Promise<readonly Ruby[]> {
  const presence = await inventory(engine.docker, matrix.rubies, imagesFolder);
  return defaultRubies(matrix, { presence, mayMakeDebian: (await debianBasesPossible()).ok }).rubies;
}

/** Builds missing images first, so that they do not count in anybody's time. */
export async function buildImages(harness: Harness): Promise<void> {
  for (const ruby of harness.rubies) {
    const prepared = await harness.containers.prepare(
      ruby,
      (line) => console.error(`${ruby.name}: ${line}`),
      new AbortController().signal,
    );
    if (!prepared.ok) throw new Error(`${ruby.name}: ${prepared.message}`);
  }
}

export const onlyCell = (run: RunRecord): CellRecord => {
  const [cell] = run.cells;
  if (cell === undefined) throw new Error('the run has no cell');
  return cell;
};

/** Measures a script on the first ruby of a harness. */
export const measured = async (
  harness: Harness,
  text: string,
  request: HarnessRequest = {},
): Promise<CellRecord> => onlyCell(await harness.run({ script: { name: 'repro.rb', text }, ...request }));

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1
    ? (sorted[Math.floor(middle)] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}
