import { availableParallelism } from 'node:os';
import type { PrepareScript } from '../engine/plan/prepare-here.ts';
import type { PreparedScriptResult, ScriptSource } from '../script/prepare.ts';
import { WorkerError, WorkerPool } from './worker-pool.ts';

export interface PreparingLimits {
  readonly deadlineMs: number;
  readonly memoryMiB: number;
}

/** Far more than any script of the permitted size needs. */
const LIMITS: PreparingLimits = { deadlineMs: 20_000, memoryMiB: 512 };

/**
 * Parses and rewrites scripts on other threads. A script that crashes its thread is refused; others are not affected.
 */
export function prepareInWorkers(
  limits: PreparingLimits = LIMITS,
): AsyncDisposable & { readonly prepare: PrepareScript } {
  const pool = new WorkerPool<ScriptSource, PreparedScriptResult>({
    module: new URL('./prepare-worker', import.meta.url),
    task: 'prepare',
    kept: 1,
    threads: Math.max(1, Math.min(4, availableParallelism() - 1)),
    ...limits,
  });
  return {
    prepare: async (source) => {
      try {
        return await pool.run(source);
      } catch (error) {
        if (!(error instanceof WorkerError)) throw error;
        return { ok: false, message: `the script could not be read: ${whyNot(error, limits)}` };
      }
    },
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}

function whyNot({ kind, message }: WorkerError, limits: PreparingLimits): string {
  if (kind === 'overdue')
    return `parsing it took longer than ${limits.deadlineMs / 1000} seconds; make it smaller`;
  if (kind === 'out-of-memory') return `parsing it needed more than ${limits.memoryMiB} MiB; make it smaller`;
  return `its parser broke down (${message}); if it is Ruby, report it`;
}
