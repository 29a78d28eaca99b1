import { join } from 'node:path';
import PQueue from 'p-queue';
import { installWithApt } from './apt.ts';
import type { CommandResult } from './command.ts';
import { takeHostLock } from './host-lock.ts';

/** A caller that waits for a change of the host. */
export interface Waiter {
  /** Receives a line of text before each step. */
  readonly progress: (line: string) => void;
  /** Ends the wait, not the change: half an installation is worse than one without an observer. */
  readonly signal: AbortSignal;
}

export interface HostSetupOptions {
  /**
   * Folder of the locks between processes. Not /run/lock: anyone may write there and could block root, the
   * only one that changes the host.
   */
  readonly lockFolder?: string;
  readonly aptGet?: string;
  /** File that gets what apt-get writes. */
  readonly aptLog?: string;
}

/**
 * Makes all changes to this host: one change of a kind at a time, in this process and between processes, and
 * none is interrupted.
 */
export class HostSetup {
  readonly #options: Required<HostSetupOptions>;
  readonly #queues = new Map<string, PQueue>();

  constructor(options: HostSetupOptions = {}) {
    this.#options = {
      lockFolder: '/run',
      aptGet: '/usr/bin/apt-get',
      aptLog: '/var/log/matrix-apt.log',
      ...options,
    };
  }

  /**
   * Runs `work` while no other process runs work of that name on this host. `work` must check first whether
   * it is still needed: the previous holder of the lock may have done it.
   * @throws the signal's reason on an abort; work that has begun continues to its end, and keeps the lock
   * until then
   */
  async alone<T>(
    name: string,
    { progress, signal }: Waiter,
    work: (progress: Waiter['progress']) => Promise<T>,
  ): Promise<T> {
    signal.throwIfAborted();
    const gone = Promise.withResolvers<never>();
    const onAbort = (): void => gone.reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    const report = (line: string): void => (signal.aborted ? undefined : progress(line));
    const turn = this.#queue(name).add(async () => {
      signal.throwIfAborted();
      const lock = await takeHostLock(this.#lockOf(name), report, signal);
      try {
        signal.throwIfAborted();
        return await work(report);
      } finally {
        lock.release();
      }
    });
    // It may fail when nobody waits any more.
    turn.catch(() => {});
    try {
      return await Promise.race([turn, gone.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /**
   * Installs packages of the distribution with apt-get, if `missing` still reports them as needed once the
   * lock is held.
   */
  async install(
    packages: readonly string[],
    missing: () => Promise<boolean>,
    waiter: Waiter,
  ): Promise<CommandResult> {
    return this.alone('host', waiter, async (progress) =>
      (await missing())
        ? this.installAlone(packages, progress)
        : { ok: true, output: 'somebody else installed it' },
    );
  }

  /** Does the same inside of work that holds the lock already. */
  async installAlone(packages: readonly string[], progress: Waiter['progress']): Promise<CommandResult> {
    const { aptGet, aptLog } = this.#options;
    return installWithApt(packages, { aptGet, log: aptLog, progress });
  }

  #lockOf(name: string): string {
    return join(this.#options.lockFolder, `matrix-${encodeURIComponent(name)}.lock`);
  }

  #queue(name: string): PQueue {
    const queue = this.#queues.get(name) ?? new PQueue({ concurrency: 1 });
    this.#queues.set(name, queue);
    return queue;
  }
}
