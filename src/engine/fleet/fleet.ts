import type { Heartbeat, Introduction, Orders, Welcome } from '../../protocol/schemas/fleet-schema.ts';
import type { Result } from '../../domain/result.ts';
import type { Clock } from '../ports.ts';
import type { HandOut, HandOutCounts } from './hand-out.ts';
import { HandOuts } from './hand-outs.ts';
import type { Carrier, Found } from './ports.ts';
import { queuesOf, takesFrom } from './queues.ts';
import { refusalOf } from './refusal.ts';
import { Roster, type Member, type SeenMember } from './roster.ts';
import { Waiters } from './waiters.ts';

/** Time between two looks at who is silent and what was lost. */
const TEND_MS = 500;
/** Time between two looks from which on this process was not running itself. */
const LATE_MS = 2_500;
/** Longest time that a heartbeat waits for orders. */
const ORDERS_MS = 1_000;

export interface FleetParts {
  readonly carrier: Carrier;
  readonly clock: Clock;
  /** Makes 128 random bits in hexadecimal. */
  readonly random: () => string;
  readonly parts: Readonly<Record<string, string>>;
  readonly prefix: string;
  readonly runtime: string | null;
  readonly measuringVersion: string;
  /** Why the carrier carries nothing now; null: it does. */
  readonly carrierProblem: () => string | null;
  readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
}

/** What the fleet looks like. */
export interface FleetView {
  readonly workers: readonly (SeenMember & { readonly taken: number })[];
  /** Hand-outs that no worker has yet. */
  readonly waiting: number;
  readonly counts: HandOutCounts;
  readonly problem: string | null;
}

/** The workers of a service, and what they are handed out. */
export class Fleet {
  readonly handOuts: HandOuts;
  readonly #parts: FleetParts;
  readonly #roster: Roster;
  readonly #waiters = new Waiters();
  /** Attempts that became void, by the worker that has them: it may have taken them since it last said what it has. */
  readonly #orders = new Map<string, readonly string[]>();
  readonly #listeners: (() => void)[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isTending = false;
  #tendedAt = -Infinity;

  constructor(parts: FleetParts) {
    this.#parts = parts;
    const { clock, carrier } = parts;
    const roster = new Roster(clock);
    this.#roster = roster;
    this.handOuts = new HandOuts({
      carrier,
      clock,
      newAttempt: parts.random,
      room: (queue) => this.#room(queue),
      isHeld: (attempt) => roster.isHeld(attempt),
      isAnybodyAble: () => roster.able().length > 0,
      onVoid: (worker, attempt) => {
        this.#orders.set(worker, [...(this.#orders.get(worker) ?? []), attempt]);
        this.#waiters.wake();
      },
    });
  }

  /** Calls the listener when workers come, go, or change. */
  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  start(): void {
    this.#timer ??= setInterval(() => void this.#tend(), TEND_MS).unref();
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#waiters.wake();
  }

  /** Cells that may be on their way or with a worker: as many as there are places, and one more for each worker. */
  get turns(): number {
    return this.#roster.able().reduce((sum, { places }) => sum + places + 1, 0);
  }

  /** Lists the workers that can measure now. */
  able(): readonly Member[] {
    return this.#roster.able();
  }

  /** Why nothing can be measured now; null: something can. */
  get problem(): string | null {
    const { carrierProblem } = this.#parts;
    const all = this.#roster.all();
    // Workers that miss Redis say so, too.
    const lacking = carrierProblem();
    if (lacking !== null || this.#roster.able().length > 0) return lacking;
    if (all.length === 0)
      return 'no worker is connected: start one with matrix worker --redis URL --server URL';
    const [first] = all.flatMap(({ name, problem }) => (problem === null ? [] : [`${name}: ${problem}`]));
    return `none of the ${all.length} workers can measure (${first ?? 'all of them are leaving'})`;
  }

  view(): FleetView {
    const workers = this.#roster.seen().map((one) => ({ ...one, taken: this.handOuts.takenBy(one.id) }));
    const { counts, waiting } = this.handOuts;
    return { workers, waiting, counts, problem: this.problem };
  }

  /** Accepts a worker, or says why not. */
  enter(introduction: Introduction, token: string): Result<Welcome> {
    const { parts, clock, random, prefix, runtime, measuringVersion, log } = this.#parts;
    const message = refusalOf(introduction, parts, clock.timestamp());
    const { name, host, arch, places } = introduction;
    if (message !== null) {
      log.warn({ worker: name, host: host.name, reason: message }, 'a worker was refused');
      return { ok: false, message };
    }
    const worker = random();
    this.#roster.add(worker, token, introduction);
    log.info({ worker: name, host: host.name, arch, places }, 'a worker came');
    this.changed();
    const queues = queuesOf(introduction);
    return { ok: true, value: { worker, prefix, queues, runtime, measuringVersion } };
  }

  /** Notes a sign of life, and answers when there are orders, or after a moment; null: the worker is not known. */
  async hear(id: string, heartbeat: Heartbeat): Promise<Orders | null> {
    const before = this.#roster.find(id);
    if (!this.#roster.hear(id, heartbeat)) return null;
    const { problem, leaving, stock } = heartbeat;
    if (before?.problem !== problem || before.leaving !== leaving || stock !== undefined) this.changed();
    const orders = (): readonly string[] => [
      ...(this.#orders.get(id) ?? []),
      ...heartbeat.held.filter((attempt) => !this.handOuts.isWanted(attempt, id)),
    ];
    if (orders().length === 0) await this.#waiters.wait(ORDERS_MS, () => orders().length > 0);
    const unwanted = new Set(orders());
    // Where this answer is lost, the worker still says that it has them.
    this.#orders.delete(id);
    return { void: [...unwanted] };
  }

  /** Finds a worker that came with this token. */
  member(id: string, token: string): Member | null {
    const member = this.#roster.find(id);
    return member?.token === token ? member : null;
  }

  leave(id: string): void {
    const member = this.#roster.find(id);
    if (!this.#roster.remove(id)) return;
    this.#parts.log.info({ worker: member?.name }, 'a worker left');
    this.handOuts.lose(id);
    this.#orders.delete(id);
    this.changed();
  }

  take(attempt: string, member: Member): HandOut | null {
    return this.handOuts.take(attempt, member.id, (queue) => takesFrom(member, queue));
  }

  settle(attempt: string, { id, name }: Member, found: Found): boolean {
    const isWanted = this.handOuts.settle(attempt, id, found);
    if (!isWanted) this.#parts.log.warn({ worker: name }, 'a result came too late and was dropped');
    return isWanted;
  }

  #room(queue: string): number {
    const takers = this.#roster.able().filter((member) => takesFrom(member, queue));
    const free = takers.map(({ id, places }) => Math.max(0, places - this.handOuts.takenBy(id)));
    return free.reduce((sum, places) => sum + places + 1, 0);
  }

  async #tend(): Promise<void> {
    const now = this.#parts.clock.now();
    // What has kept this process for so long has kept it from hearing the workers, too.
    if (now - this.#tendedAt > LATE_MS) this.#roster.hearAll();
    this.#tendedAt = now;
    const silent = this.#roster.removeSilent();
    for (const id of silent) {
      this.#parts.log.warn({ worker: id }, 'a worker is silent: what it had is handed out again');
      this.handOuts.lose(id);
      this.#orders.delete(id);
    }
    if (silent.length > 0) this.changed();
    if (this.#isTending) return;
    this.#isTending = true;
    await this.handOuts.tend();
    this.#isTending = false;
  }

  /** Hands out what there is room for now, and tells those who listen. */
  changed(): void {
    this.handOuts.pump();
    for (const listener of this.#listeners) listener();
  }
}
