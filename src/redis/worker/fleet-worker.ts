import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisOptions } from 'ioredis';
import type { CellRunner } from '../../engine/cell-runner.ts';
import type { CellMemory } from '../../engine/ports.ts';
import type { Introduction, Stock, Welcome } from '../../protocol/schemas/fleet-schema.ts';
import { carryOut, type Reason } from './carry-out.ts';
import { Consumers } from './consumers.ts';
import { RedisWatch } from './redis-watch.ts';
import { RefusedError, type Server } from './server.ts';

const RETRY_MS = 500;
/** Time without an answer of the service after which nothing more is taken. */
const UNHEARD_MS = 2_000;
/** Time for stopped containers to be removed. */
const LAST_MS = 15_000;
/** Time between two looks at what the engine has. */
const STOCK_MS = 60_000;

export interface WorkerParts {
  readonly server: Server;
  readonly redis: RedisOptions;
  /** Address of Redis as it is shown. */
  readonly shownRedis: string;
  readonly places: number;
  /** Introduces the worker, with the clock as it is now. */
  readonly introduction: () => Introduction;
  /** Makes the runner of one attempt. */
  readonly runnerWith: (memory: CellMemory, welcome: Welcome) => CellRunner;
  /** Why the engine measures nothing now; null: it does. */
  readonly engineProblem: () => string | null;
  readonly checkEngine: () => Promise<boolean>;
  /** Lists what the engine has; null where it does not answer. */
  readonly stock: () => Promise<Stock | null>;
  readonly drainMs: number;
  readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
  /** Called when the service has accepted it. */
  readonly accepted: (welcome: Welcome) => Promise<void>;
  /** Called when it becomes known whether it can measure, and when that changes. */
  readonly changed: (problem: string | null) => void;
}

/** Measures for a service until it is told to stop. */
export class FleetWorker {
  readonly #parts: WorkerParts;
  /** What runs, by attempt. */
  readonly #running = new Map<string, { readonly stop: AbortController; readonly over: Promise<void> }>();
  #welcome: Welcome | null = null;
  #consumers: Consumers | null = null;
  #watch: RedisWatch | null = null;
  /** What `changed` was last called with. */
  #known: string | null | undefined = undefined;
  #heardAt = performance.now();
  #stock: { readonly sent: string; readonly at: number } = { sent: '', at: -Infinity };
  #isLeaving = false;

  constructor(parts: WorkerParts) {
    this.#parts = parts;
  }

  /**
   * Works until the signal is aborted, and then finishes, or returns, what it has.
   * @throws {RefusedError} where the service does not want it
   */
  async run(signal: AbortSignal): Promise<void> {
    try {
      while (!signal.aborted) {
        await this.#enter(signal);
        await this.#beat(signal);
      }
    } finally {
      await this.#leave();
    }
  }

  /** Introduces itself until the service answers. */
  async #enter(signal: AbortSignal): Promise<void> {
    const { server, log, introduction, accepted } = this.#parts;
    for (let tries = 1; !signal.aborted; tries += 1) {
      try {
        const welcome = await server.introduce(introduction());
        const before = this.#welcome;
        this.#welcome = welcome;
        this.#heardAt = performance.now();
        this.#stock = { sent: '', at: -Infinity };
        // What it has was handed out to somebody that the service does not know any more.
        for (const { stop } of this.#running.values()) stop.abort('void' satisfies Reason);
        await accepted(welcome);
        if (before?.prefix !== welcome.prefix) await this.#consume(welcome);
        await this.#watch?.look();
        return;
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        const reason = reasonOf(error);
        if (tries % 20 === 1) log.warn({ reason }, 'the service does not answer; it is asked again');
        await sleep(RETRY_MS);
      }
    }
  }

  async #consume(welcome: Welcome): Promise<void> {
    const { redis, shownRedis, places, log } = this.#parts;
    await this.#consumers?.close();
    this.#watch?.close();
    this.#watch = new RedisWatch(redis, shownRedis, welcome.prefix);
    let saidAt = -Infinity;
    this.#consumers = new Consumers({
      redis,
      welcome,
      places,
      carryOut: (attempt) => this.#carryOut(attempt),
      onError: (queue, error) => {
        // A Redis that is away says so many times a second.
        if (performance.now() - saidAt < 10_000) return;
        saidAt = performance.now();
        log.warn({ queue, reason: error.message }, 'Redis is in trouble');
      },
    });
  }

  /** Gives signs of life until the service does not know this worker, or the signal is aborted. */
  async #beat(signal: AbortSignal): Promise<void> {
    const worker = this.#welcome?.worker;
    if (worker === undefined) return;
    while (!signal.aborted) {
      const pausing = performance.now() - this.#heardAt > UNHEARD_MS || this.#parts.engineProblem() !== null;
      await this.#consumers?.pause(pausing);
      try {
        await this.#sendBeat(worker);
      } catch (error) {
        if (error instanceof RefusedError && error.code === 'unknown-worker') return;
        if (error instanceof RefusedError) throw error;
        await sleep(RETRY_MS);
      }
    }
  }

  async #sendBeat(worker: string): Promise<void> {
    const { server, engineProblem, introduction } = this.#parts;
    const stock = await this.#newStock();
    const held = [...(this.#consumers?.held ?? [])];
    // Not waited for: a sign of life must not be late where Redis is.
    void this.#watch?.look();
    const problem = (engineProblem() ?? this.#watch?.problem ?? null)?.slice(0, 2000) ?? null;
    if (problem !== this.#known) this.#parts.changed(problem);
    this.#known = problem;
    const { clock } = introduction();
    const beat = { held, problem, leaving: this.#isLeaving, clock };
    const { void: unwanted } = await server.heartbeat(worker, stock === null ? beat : { ...beat, stock });
    this.#heardAt = performance.now();
    for (const attempt of unwanted) this.#running.get(attempt)?.stop.abort('void' satisfies Reason);
  }

  /** Looks what the engine has; null where that has not changed. */
  async #newStock(): Promise<Stock | null> {
    if (performance.now() - this.#stock.at < STOCK_MS) return null;
    const stock = await this.#parts.stock();
    const sent = JSON.stringify(stock);
    const isNew = stock !== null && sent !== this.#stock.sent;
    this.#stock = { sent: stock === null ? this.#stock.sent : sent, at: performance.now() };
    return isNew ? stock : null;
  }

  async #carryOut(attempt: string): Promise<void> {
    const { server, log, runnerWith, checkEngine, engineProblem } = this.#parts;
    const welcome = this.#welcome;
    // The service finds that nobody has it, and hands it out again.
    if (welcome === null || this.#isLeaving || engineProblem() !== null) return;
    const stop = new AbortController();
    const parts = {
      server,
      worker: welcome.worker,
      log,
      checkEngine,
      runnerWith: (memory: CellMemory) => runnerWith(memory, welcome),
      freePlaces: () => this.#consumers?.free ?? 0,
    };
    const over = carryOut(attempt, parts, stop.signal).finally(() => this.#running.delete(attempt));
    this.#running.set(attempt, { stop, over });
    await over;
  }

  /** Lets what runs finish within the limit, returns the rest, and says goodbye. */
  async #leave(): Promise<void> {
    const { server, drainMs, log } = this.#parts;
    this.#isLeaving = true;
    await this.#consumers?.pause(true);
    const worker = this.#welcome?.worker;
    const until = performance.now() + drainMs;
    while (this.#running.size > 0 && performance.now() < until) {
      if (worker !== undefined) await this.#sendBeat(worker).catch(() => sleep(RETRY_MS));
      else await sleep(RETRY_MS);
    }
    const rest = [...this.#running.values()];
    if (rest.length > 0)
      log.info({ attempts: rest.length }, 'what takes too long is returned to the service');
    for (const { stop } of rest) stop.abort('leaving' satisfies Reason);
    await Promise.race([
      Promise.all(rest.map(({ over }) => over)),
      sleep(LAST_MS, undefined, { ref: false }),
    ]);
    if (worker !== undefined) await server.leave(worker).catch(() => undefined);
    await this.#consumers?.close();
    this.#watch?.close();
  }
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
  return error instanceof Error ? `${error.message}${cause}` : String(error);
}
