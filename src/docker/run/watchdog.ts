import type Docker from 'dockerode';
import { messageOf } from '../../domain/message-of.ts';
import { withDeadline } from '../deadline.ts';

/** How often the engine is pinged, and how long it may take to answer. */
export interface Pace {
  readonly everyMs: number;
  readonly answerMs: number;
}

const PACE: Pace = { everyMs: 5000, answerMs: 5000 };
/** Failed pings in a row that mean a lost engine: a single one may fail on a busy machine. */
const FAILURES = 3;

/** A watch over the engine on behalf of one container. */
export interface Watch extends Disposable {
  /** Settles with the reason when the engine stops answering; otherwise never. */
  readonly lost: Promise<string>;
}

/**
 * Detects an engine that hangs with its connections open, so that no socket is closed. It pings only while
 * something is watched.
 */
export class Watchdog {
  readonly #docker: Pick<Docker, 'ping'>;
  readonly #pace: Pace;
  readonly #watchers = new Set<(reason: string) => void>();
  #timer: NodeJS.Timeout | null = null;
  #failures = 0;

  constructor(docker: Pick<Docker, 'ping'>, pace: Pace = PACE) {
    this.#docker = docker;
    this.#pace = pace;
  }

  watch(): Watch {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#watchers.add(resolve);
    this.#timer ??= this.#schedule();
    return {
      lost: promise,
      [Symbol.dispose]: () => {
        this.#watchers.delete(resolve);
        if (this.#watchers.size === 0) this.#stop();
      },
    };
  }

  #schedule(): NodeJS.Timeout {
    return setTimeout(() => void this.#ping(), this.#pace.everyMs).unref();
  }

  #stop(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#failures = 0;
  }

  async #ping(): Promise<void> {
    const mine = this.#timer;
    try {
      await withDeadline(this.#docker.ping(), this.#pace.answerMs, 'ping');
      if (this.#timer === mine) this.#failures = 0;
    } catch (error) {
      // Another watch was started meanwhile and pings by itself.
      if (this.#timer !== mine) return;
      this.#failures += 1;
      if (this.#failures >= FAILURES) this.#notifyAll(messageOf(error));
    }
    if (this.#timer === mine && this.#watchers.size > 0) this.#timer = this.#schedule();
  }

  #notifyAll(reason: string): void {
    for (const notify of this.#watchers) notify(reason);
    this.#watchers.clear();
    this.#stop();
  }
}
