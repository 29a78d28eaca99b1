import type { RunningCell } from '../ports.ts';

/** A container and how it is used. */
export interface ContainerUse {
  readonly start: () => Promise<RunningCell>;
  /** A container that runs for longer is killed. */
  readonly longestMs: number;
  readonly signal: AbortSignal;
  /** Receives the removal of the container, which may finish after the result. */
  readonly onRemoval: (removal: PromiseLike<void>) => void;
}

/** The remaining time of a container, for `listen`. */
export interface ContainerTime {
  /** Aborted when the result is no longer wanted, or when the time is up. */
  readonly stop: AbortSignal;
  /** Whether the time is up. */
  readonly overdue: () => boolean;
}

/**
 * Starts a container, listens to it, and has it removed.
 * @throws {EngineError} when the engine refuses to start it, and whatever `listen` throws
 */
export async function inContainer<T>(
  { start, longestMs, signal, onRemoval }: ContainerUse,
  listen: (cell: RunningCell, listening: ContainerTime) => Promise<T>,
): Promise<T> {
  const cell = await start();
  const deadline = new AbortController();
  // Not AbortSignal.timeout: it cannot be cancelled, so every pass would stay in memory until its deadline.
  const timer = setTimeout(() => deadline.abort(), longestMs).unref();
  const stop = AbortSignal.any([signal, deadline.signal]);
  const kill = (): void => void cell.kill();
  stop.addEventListener('abort', kill, { once: true });
  if (stop.aborted) kill();
  try {
    return await listen(cell, { stop, overdue: () => deadline.signal.aborted });
  } finally {
    clearTimeout(timer);
    stop.removeEventListener('abort', kill);
    // Killing and removing takes as long as a quarter of a short pass, and nothing needs to wait for it, unless
    // the program is about to end.
    const removal = cell[Symbol.asyncDispose]();
    onRemoval(removal);
    if (signal.aborted) await removal;
  }
}
