import { clientOf, fairest } from './fairest.ts';
import { noteOf, type HandOut, type HandOutCounts, type HandOutsParts, type Settled } from './hand-out.ts';
import { isStuckForTooLong } from './stuck.ts';
import type { Found, Work } from './ports.ts';

/** Workers that may be lost with the same work before it is abandoned: it may be what kills them. */
const MOST_LOSSES = 5;
/** Clients whose last turn is remembered. */
const MOST_CLIENTS = 1_000;
/** Time after which a note that nobody has taken is looked for. */
const LOOKED_FOR_MS = 1_500;
/** Time that a note may be taken from its queue without a worker that says so. */
const UNHEARD_MS = 5_000;

/**
 * Hands work out, and takes one result for each: what is handed out again gets a new secret, so that whatever
 * comes with an older one is dropped. It relies on nothing but what it knows itself: a note may be lost on its
 * way, or come twice.
 */
export class HandOuts {
  readonly #parts: HandOutsParts;
  /** In the order in which they came, by the secret of their present attempt. */
  readonly #current = new Map<string, HandOut>();
  /** Number of the last turn of each client, the longest ago first. */
  readonly #served = new Map<string, number>();
  readonly #counts = { handedOut: 0, lost: 0, late: 0 };
  #isClosed = false;

  constructor(parts: HandOutsParts) {
    this.#parts = parts;
  }

  get counts(): HandOutCounts {
    return { ...this.#counts };
  }

  /** Counts the hand-outs of a worker. */
  takenBy(worker: string): number {
    return [...this.#current.values()].filter((one) => one.worker === worker).length;
  }

  /** Counts those that no worker has. */
  get waiting(): number {
    return [...this.#current.values()].filter(({ worker }) => worker === null).length;
  }

  /** Hands nothing more out: notes that nobody has taken are removed, and what workers have goes on. */
  close(): void {
    this.#isClosed = true;
    for (const handOut of this.#current.values()) {
      const { queue, attempt, worker } = handOut;
      if (queue === null || worker !== null) continue;
      handOut.queue = null;
      void this.#parts.carrier.drop(queue, attempt);
    }
  }

  /**
   * Has a worker do this; null when the signal is aborted first. Never rejects.
   * @param onStuck called when there are workers, but none for this
   */
  async handOut(
    work: Work,
    route: HandOut['route'],
    signal: AbortSignal,
    onStuck = (): void => undefined,
  ): Promise<Settled | null> {
    if (signal.aborted) return null;
    const { promise, resolve } = Promise.withResolvers<Settled | null>();
    const handOut: HandOut = {
      work,
      route,
      note: noteOf(work),
      attempt: this.#parts.newAttempt(),
      queue: null,
      pushedAt: 0,
      stuckSince: null,
      onStuck,
      worker: null,
      losses: 0,
      shown: new Map(),
      settle: resolve,
    };
    const abandon = (): void => {
      this.#withdraw(handOut);
      resolve(null);
    };
    signal.addEventListener('abort', abandon, { once: true });
    this.#current.set(handOut.attempt, handOut);
    this.pump();
    try {
      return await promise;
    } finally {
      signal.removeEventListener('abort', abandon);
    }
  }

  /**
   * Gives a worker what its note is for; null for an attempt that is void, or that another one has. What the note was
   * pushed for gives way to work of a client that has less running: it came later, and its turn is now.
   */
  take(attempt: string, worker: string, mayTake: (queue: string) => boolean): HandOut | null {
    const noted = this.#current.get(attempt);
    if (noted === undefined || noted.queue === null || !mayTake(noted.queue)) return null;
    // Asked again by the same worker, whose answer was lost: the same.
    if (noted.worker !== null) return noted.worker === worker ? noted : null;
    const taken = fairest(noted, [...this.#current.values()], this.#served);
    this.#served.delete(clientOf(taken));
    this.#served.set(clientOf(taken), this.#counts.handedOut);
    // Those of clients that have not been seen for long say nothing any more.
    for (const client of this.#served.keys()) {
      if (this.#served.size <= MOST_CLIENTS) break;
      this.#served.delete(client);
    }
    if (taken !== noted) this.#exchange(taken, noted);
    this.#counts.handedOut += 1;
    taken.worker = worker;
    this.pump();
    return taken;
  }

  /** Lets two pieces of work change their places. */
  #exchange(one: HandOut, other: HandOut): void {
    const { attempt, queue, pushedAt } = one;
    Object.assign(one, { attempt: other.attempt, queue: other.queue, pushedAt: other.pushedAt });
    Object.assign(other, { attempt, queue, pushedAt });
    const all = [...this.#current.values()];
    this.#current.clear();
    for (const handOut of all) this.#current.set(handOut.attempt, handOut);
  }

  /** Finds what a worker has taken. */
  of(attempt: string, worker: string): HandOut | null {
    const found = this.#current.get(attempt);
    return found?.worker === worker ? found : null;
  }

  /** Tells whether a worker may go on with an attempt. */
  isWanted(attempt: string, worker: string): boolean {
    const found = this.#current.get(attempt);
    return found !== undefined && (found.worker === null || found.worker === worker);
  }

  /** Takes a result; false, and counted, where it comes too late. */
  settle(attempt: string, worker: string, found: Found): boolean {
    const handOut = this.of(attempt, worker);
    if (handOut === null) {
      this.#counts.late += 1;
      return false;
    }
    this.#current.delete(attempt);
    // The worker gets its answer first: what follows is stored, which takes longer.
    setImmediate(() => handOut.settle(found));
    this.pump();
    return true;
  }

  /** Counts a result that came too late. */
  countLate(): void {
    this.#counts.late += 1;
  }

  /** Hands out to others what a worker returns. */
  giveBack(attempt: string, worker: string): boolean {
    const handOut = this.of(attempt, worker);
    if (handOut === null) return false;
    this.#again(handOut);
    this.pump();
    return true;
  }

  /** Drops what a worker has found, and hands the work out again. */
  refuse(attempt: string, worker: string): void {
    const handOut = this.of(attempt, worker);
    if (handOut !== null) this.#lost(handOut);
    this.pump();
  }

  /** Hands out to others what a lost worker had. */
  lose(worker: string): void {
    const had = [...this.#current.values()].filter((one) => one.worker === worker);
    for (const handOut of had) this.#lost(handOut);
    this.pump();
  }

  /** Looks for notes that were lost on their way. Never rejects. */
  async tend(): Promise<void> {
    const { carrier, clock, isHeld, isAnybodyAble } = this.#parts;
    const before = clock.now() - LOOKED_FOR_MS;
    // Those that are there now: handing out again adds to them.
    const all = [...this.#current.values()];
    for (const handOut of all) {
      const { queue, attempt, worker, pushedAt } = handOut;
      if (isStuckForTooLong(handOut, clock.now(), isAnybodyAble())) {
        this.#withdraw(handOut);
        handOut.settle('no-worker');
        continue;
      }
      if (queue === null || worker !== null || pushedAt > before || isHeld(attempt)) continue;
      const where = await carrier.whereabouts(queue, attempt).catch(() => 'waits' as const);
      // It may have been taken, or have come to its end, meanwhile.
      if (this.#current.get(attempt) !== handOut || handOut.worker !== null || isHeld(attempt)) continue;
      const isUnheard = where === 'taken' && pushedAt < clock.now() - UNHEARD_MS;
      if (where === 'gone' || isUnheard) this.#lost(handOut, { counts: false });
      else if (where === 'waits' && handOut.route() !== queue) this.#again(handOut);
    }
    this.pump();
  }

  /** Pushes notes while there is room for them, in the order in which the work came. */
  pump(): void {
    if (this.#isClosed) return;
    const waits = new Map<string, number>();
    for (const { queue, worker } of this.#current.values())
      if (queue !== null && worker === null) waits.set(queue, (waits.get(queue) ?? 0) + 1);
    for (const handOut of this.#current.values()) {
      if (handOut.queue !== null) continue;
      const queue = handOut.route();
      if (queue === null) continue;
      const there = waits.get(queue) ?? 0;
      if (there >= this.#parts.room(queue)) continue;
      waits.set(queue, there + 1);
      void this.#push(handOut, queue);
    }
  }

  async #push(handOut: HandOut, queue: string): Promise<void> {
    const { carrier, clock } = this.#parts;
    const { attempt, note } = handOut;
    handOut.queue = queue;
    handOut.pushedAt = clock.now();
    try {
      await carrier.push(queue, attempt, note);
    } catch {
      // It may be there all the same: a worker that has it by now goes on, else it gets another secret.
      const noted = this.#current.get(attempt);
      if (noted?.worker === null) this.#again(noted);
    }
    if (!this.#current.has(attempt)) await carrier.drop(queue, attempt);
  }

  #lost(handOut: HandOut, { counts } = { counts: true }): void {
    this.#counts.lost += 1;
    if (counts) handOut.losses += 1;
    if (handOut.losses < MOST_LOSSES) return this.#again(handOut);
    this.#withdraw(handOut);
    handOut.settle('lost-too-often');
  }

  /** Makes it wait again, as the first of all, with a secret of its own. */
  #again(handOut: HandOut): void {
    this.#withdraw(handOut);
    handOut.attempt = this.#parts.newAttempt();
    handOut.queue = null;
    handOut.worker = null;
    handOut.shown.clear();
    const others = [...this.#current];
    this.#current.clear();
    this.#current.set(handOut.attempt, handOut);
    for (const [attempt, other] of others) this.#current.set(attempt, other);
  }

  #withdraw({ attempt, queue, worker }: HandOut): void {
    if (!this.#current.delete(attempt)) return;
    if (queue !== null && worker === null) void this.#parts.carrier.drop(queue, attempt);
    if (worker !== null) this.#parts.onVoid(worker, attempt);
  }
}
