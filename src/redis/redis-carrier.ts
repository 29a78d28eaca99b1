import { Queue } from 'bullmq';
import type { RedisOptions } from 'ioredis';
import type { Carrier } from '../engine/fleet/ports.ts';
import { checkRedis, type RedisFacts } from './check-redis.ts';
import { KEPT, markKey } from './kept.ts';
import { isFull, quickConnection } from './quick-connection.ts';

const CHECK_MS = 2_000;
/** Time that a key exists which shows that Redis can be written to, and that it is the one of this service. */
const MARK_MS = 10_000;
/** What Redis keeps of BullMQ's events. */
const EVENTS = { maxLen: 1_000 };

export interface RedisCarrier extends Carrier, AsyncDisposable {
  /** Why nothing is carried now, or may be; null: it is. */
  readonly problem: string | null;
  readonly facts: RedisFacts | null;
  /** Looks now. Never rejects. */
  check(): Promise<void>;
}

export interface CarrierOptions {
  readonly redis: RedisOptions;
  /** The address as it is shown. */
  readonly shown: string;
  /** Prefix of all keys of this service. */
  readonly prefix: string;
  /** Called when it begins or ceases to work. */
  readonly onChange: () => void;
}

/** Carries hand-outs by BullMQ's queues. */
export async function redisCarrier(options: CarrierOptions): Promise<RedisCarrier> {
  const { shown, prefix } = options;
  const mark = markKey(prefix);
  // Fails fast: what cannot be pushed now is pushed later.
  const quick = quickConnection(options.redis, shown);
  const connection = quick.redis;
  let problem: string | null = `Redis at ${shown} was not reached yet`;
  let facts: RedisFacts | null = null;
  const queues = new Map<string, Queue>();
  const queueOf = (name: string): Queue => {
    const known = queues.get(name);
    if (known !== undefined) return known;
    const queue = new Queue(name, {
      connection,
      prefix,
      streams: { events: EVENTS },
      skipWaitingForReady: true,
      defaultJobOptions: { removeOnComplete: KEPT, removeOnFail: KEPT, attempts: 1 },
    });
    queue.on('error', () => undefined);
    queues.set(name, queue);
    return queue;
  };
  const set = (now: string | null): void => {
    const before = problem;
    problem = now;
    if (before !== now) options.onChange();
  };
  const check = async (): Promise<void> => {
    try {
      facts = await checkRedis(connection);
      // Reading is possible when it is full; only a write shows it.
      if (facts.refusal === null) await connection.set(mark, '1', 'PX', MARK_MS);
      set(facts.refusal);
    } catch (error) {
      set(quick.problemOf(error));
      // This needs no memory, and it still is the service's.
      if (isFull(error)) await connection.pexpire(mark, MARK_MS).catch(() => 0);
    }
  };
  await quick.reached();
  const timer = setInterval(() => void check(), CHECK_MS).unref();
  return {
    get problem() {
      return problem;
    },
    get facts() {
      return facts;
    },
    check,
    async push(name, attempt, note) {
      if (problem !== null) throw new Error(problem);
      try {
        await queueOf(name).add(note.kind, note, { jobId: attempt });
      } catch (error) {
        if (isFull(error)) set(quick.problemOf(error));
        throw error;
      }
    },
    async whereabouts(name, attempt) {
      if (problem !== null) throw new Error(problem);
      const state = await queueOf(name).getJobState(attempt);
      if (state === 'active') return 'taken';
      return state === 'waiting' || state === 'prioritized' || state === 'delayed' ? 'waits' : 'gone';
    },
    async drop(name, attempt) {
      await queueOf(name)
        .remove(attempt)
        .catch(() => 0);
    },
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      for (const queue of queues.values()) await queue.close().catch(() => undefined);
      connection.disconnect();
    },
  };
}
