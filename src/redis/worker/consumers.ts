import { Worker, type ConnectionOptions } from 'bullmq';
import type { RedisOptions } from 'ioredis';
import PQueue from 'p-queue';
import type { Welcome } from '../../protocol/schemas/fleet-schema.ts';
import { KEPT } from '../kept.ts';

/** A worker that says nothing for this long loses what it has taken from a queue. */
const LOCK_MS = 6_000;
/** Time between two looks for such work. */
const STALLED_MS = 2_000;
/** Workers that may be lost before a note is dropped: the service, which misses it, hands the work out again. */
const MOST_STALLS = 2;
/** Time between two tries of a Redis that does not answer, or is full. */
const RETRY_MS = 1_000;

export interface ConsumerParts {
  readonly redis: RedisOptions;
  readonly welcome: Pick<Welcome, 'prefix' | 'queues'>;
  readonly places: number;
  /** Does what a note is about. Never rejects. */
  readonly carryOut: (attempt: string) => Promise<void>;
  readonly onError: (queue: string, error: Error) => void;
}

/**
 * Takes notes from the queue of the architecture and from that of the host, as many at a time as there are places:
 * what belongs to this host goes first.
 */
export class Consumers {
  readonly #places: number;
  readonly #gate: PQueue;
  readonly #arch: Worker;
  readonly #host: Worker;
  /** Attempts that were taken from a queue and have not come to their end. */
  readonly held = new Set<string>();
  #ofHost = 0;
  #isPaused = false;

  constructor(parts: ConsumerParts) {
    const { welcome, places } = parts;
    this.#places = places;
    this.#gate = new PQueue({ concurrency: places });
    this.#arch = this.#consumer(welcome.queues.arch, 0, parts);
    this.#host = this.#consumer(welcome.queues.host, 1, parts);
  }

  /** Places that nothing runs in. */
  get free(): number {
    return Math.max(0, this.#places - this.#gate.pending);
  }

  /** Takes nothing more, or goes on. What was taken goes on. */
  async pause(isPaused: boolean): Promise<void> {
    this.#isPaused = isPaused;
    await this.#steer(this.#host, isPaused);
    await this.#share();
  }

  async close(): Promise<void> {
    // Not waiting for what is being done: the caller has.
    await Promise.all([this.#arch.close(true), this.#host.close(true)]);
  }

  #consumer(
    queue: string,
    priority: number,
    { redis, welcome, carryOut, places, onError }: ConsumerParts,
  ): Worker {
    const isOfHost = priority > 0;
    const process = async ({ id }: { readonly id?: string | undefined }): Promise<string> => {
      const attempt = id ?? '';
      this.held.add(attempt);
      if (isOfHost) this.#ofHost += 1;
      await this.#share();
      try {
        await this.#gate.add(() => carryOut(attempt), { priority });
      } finally {
        this.held.delete(attempt);
        if (isOfHost) this.#ofHost -= 1;
        await this.#share();
      }
      return 'done';
    };
    const worker = new Worker(queue, process, {
      connection: {
        ...redis,
        maxRetriesPerRequest: null,
        retryStrategy: () => RETRY_MS,
      } as ConnectionOptions,
      prefix: welcome.prefix,
      concurrency: places,
      lockDuration: LOCK_MS,
      stalledInterval: STALLED_MS,
      maxStalledCount: MOST_STALLS,
      drainDelay: 2,
      runRetryDelay: RETRY_MS,
      removeOnComplete: KEPT,
      removeOnFail: KEPT,
    });
    worker.on('error', (error) => onError(queue, error));
    worker.on('lockRenewalFailed', () => onError(queue, new Error('Redis no longer holds what was taken')));
    return worker;
  }

  /** Leaves to the queue of the architecture the places that work of this host does not take. */
  async #share(): Promise<void> {
    const left = this.#places - this.#ofHost;
    if (left >= 1) this.#arch.concurrency = left;
    await this.#steer(this.#arch, this.#isPaused || left < 1);
  }

  async #steer(worker: Worker, isPaused: boolean): Promise<void> {
    if (isPaused && !worker.isPaused()) await worker.pause(true);
    else if (!isPaused && worker.isPaused()) await worker.resume();
  }
}
