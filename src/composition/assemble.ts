import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Deps, Streams } from '../usecases/deps.ts';
import type { Clock } from '../engine/ports.ts';

export interface Surroundings {
  /** Folder of the package: it holds package.json, matrix.yaml and images/. Ends in a slash. */
  readonly root: URL;
  readonly streams: Streams;
}

/**
 * Puts the commands and their adapters together for command line and Action; each is loaded when it is first
 * needed (`matrix --help` needs none).
 */
export async function assemble({ root, streams }: Surroundings): Promise<Deps> {
  const own = (path: string): string => fileURLToPath(new URL(path, root));
  const imagesFolder = own('images');
  const { version } = JSON.parse(await readFile(own('package.json'), 'utf8')) as { version: string };
  const clock: Clock = { now: () => performance.now(), timestamp: () => new Date().toISOString() };
  const { stderr, env } = streams;
  let loaded: ReturnType<typeof loadMeasuring> | null = null;

  return {
    streams,
    version,
    ownConfig: own('matrix.yaml'),
    exploitsFolder: own('test/exploits'),
    clock,
    loadMatrix: async (file) => (await import('../store/matrix/matrix-file.ts')).loadMatrix(file),
    openStore: async (folder) => {
      const { createResultsStore } = await import('../store/runs/results-store.ts');
      return createResultsStore({ folder, warn: (message) => stderr.write(`matrix: ${message}\n`) });
    },
    connect: async (runtime, { toMeasure } = { toMeasure: false }) => {
      const access = (await import('./engine-access.ts')).accessEngine(env, imagesFolder, runtime);
      if (toMeasure) {
        loaded ??= loadMeasuring();
        // Whoever measures gets the error.
        loaded.catch(() => {});
      }
      return access;
    },
    ensureEngine: async (log, signal) => (await import('./engine-access.ts')).provideEngine(log, signal, env),
    openRepository: async (source, say, signal) => {
      const { openRepository } = await import('../git/open-repository.ts');
      const clonesFolder = join(homedir(), '.cache', 'matrix-leak', 'repositories');
      return openRepository(source, { clonesFolder, say, signal });
    },
    measure: async (request, parts, signal) => {
      loaded ??= loadMeasuring();
      const { runMatrix, measuringVersion, resultSentence, parser } = await loaded;
      const measuredBy = await measuringVersion(parts.matrix);
      const deps = { ...parts, clock, parser, describeResult: resultSentence, measuringVersion: measuredBy };
      const { heapDumps = null } = parts;
      if (heapDumps === null) return runMatrix(request, deps, signal);
      const { readHere } = await import('../engine/explain/leak-readers.ts');
      const { saveHeapDumps } = await import('../store/heap-dumps/save-heap-dumps.ts');
      const { heapDumpLines } = await import('../report/explain/heap-dump-lines.ts');
      const { readLeak, saved } = saveHeapDumps(readHere, heapDumps);
      const run = await runMatrix(request, { ...deps, readLeak }, signal);
      for (const line of heapDumpLines(run, saved)) stderr.write(`matrix: ${line}\n`);
      return run;
    },
  };
}

/** Loads what measures. */
async function loadMeasuring() {
  const [{ runMatrix }, { measuringVersion }, { resultSentence }, { createParser }] = await Promise.all([
    import('../engine/run-matrix.ts'),
    import('./measuring-version.ts'),
    import('../report/bisect/sentence.ts'),
    import('../prism/parser.ts'),
  ]);
  return { runMatrix, measuringVersion, resultSentence, parser: await createParser() };
}
