import type { Transferable } from 'node:worker_threads';
import PQueue from 'p-queue';
import { Piscina } from 'piscina';
import { messageOf } from '../domain/message-of.ts';

export interface WorkerPoolOptions {
  /** Module of the workers, relative to the caller: `new URL('./x', import.meta.url)`, without an ending. */
  readonly module: URL;
  /** Function that the module exports. */
  readonly task: string;
  readonly threads: number;
  /** Threads that are kept while idle; default none. */
  readonly kept?: number;
  /** JavaScript heap of one worker; one that needs more ends, with its task. */
  readonly memoryMiB: number;
  /** Milliseconds that one task may take, from its start on a thread. */
  readonly deadlineMs: number;
}

/** Lowers the priority of the threads below that of the one that answers (Linux; nice(2)). */
const NICE = 10;

/** Thrown for a task that crashed its thread or was ended. `kind` says why; other tasks are not affected. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  readonly kind: 'overdue' | 'out-of-memory' | 'died';

  constructor(kind: WorkerError['kind'], cause: unknown) {
    super(messageOf(cause), { cause });
    this.kind = kind;
  }
}

/** Runs work on other threads, so that timers and sockets of this one are served meanwhile. */
export class WorkerPool<Task, Result> implements AsyncDisposable {
  readonly #pool: Piscina<Task, Result>;
  /** One task per thread at a time, so that a deadline starts with the work and not with the wait. */
  readonly #turns: PQueue;
  readonly #deadlineMs: number;

  constructor({ module, task, threads, kept = 0, memoryMiB, deadlineMs }: WorkerPoolOptions) {
    // From source the types are stripped as the modules are loaded; compiled they end in .js.
    const filename = `${module.href}${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`;
    this.#pool = new Piscina<Task, Result>({
      filename,
      name: task,
      minThreads: kept,
      maxThreads: threads,
      idleTimeout: 30_000,
      resourceLimits: { maxOldGenerationSizeMb: memoryMiB },
      execArgv: ['--disable-warning=ExperimentalWarning'],
      env: {},
      // Who asks meanwhile is answered first.
      niceIncrement: NICE,
    });
    // A thread that ends while it has no task is replaced; its task, if it has one, is reported by `run`.
    this.#pool.on('error', () => {});
    this.#turns = new PQueue({ concurrency: threads });
    this.#deadlineMs = deadlineMs;
  }

  /** Tasks that wait for a thread. */
  get waiting(): number {
    return this.#turns.size;
  }

  /**
   * Runs a task on a thread.
   * @throws {WorkerError} when the thread crashed, and errors of the task itself
   */
  run(task: Task, transfer: readonly Transferable[] = []): Promise<Result> {
    return this.#turns.add(async () => {
      const signal = AbortSignal.timeout(this.#deadlineMs);
      try {
        return await this.#pool.run(task, { signal, transferList: [...transfer] });
      } catch (error) {
        throw failureOf(error, signal);
      }
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#turns.clear();
    await this.#pool.destroy();
  }
}

function failureOf(error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return new WorkerError('overdue', error);
  if ((error as { readonly code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY')
    return new WorkerError('out-of-memory', error);
  return error instanceof Error && /^worker exited/i.test(error.message)
    ? new WorkerError('died', error)
    : error;
}
