import type { Render, Rendered } from '../http/runs/render.ts';
import type { RenderTask } from './render-worker.ts';
import { WorkerPool } from './worker-pool.ts';

const LIMITS = { threads: 1, deadlineMs: 60_000, memoryMiB: 1024 };

/**
 * Renders runs of a results folder on another thread.
 * @throws {WorkerError} where a run is too large
 */
export function renderInWorkers(folder: string): AsyncDisposable & { readonly render: Render } {
  const pool = new WorkerPool<RenderTask, Rendered>({
    module: new URL('./render-worker', import.meta.url),
    task: 'render',
    ...LIMITS,
  });
  return {
    render: (what) => pool.run({ folder, what }),
    [Symbol.asyncDispose]: () => pool[Symbol.asyncDispose](),
  };
}
