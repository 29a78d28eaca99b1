import type { Host } from '../../domain/measurement/outcome.ts';
import type { Heartbeat, Introduction, Stock } from '../../protocol/schemas/fleet-schema.ts';
import type { Clock } from '../ports.ts';
import { secondsAhead } from './refusal.ts';

/** A worker whose last word is older than this counts as lost. */
const SILENT_MS = 5_000;

/** A worker of the fleet. */
export interface Member extends Pick<Introduction, 'name' | 'arch' | 'places' | 'labels' | 'version'> {
  readonly id: string;
  /** Name of the token that it came with: others cannot speak for it. */
  readonly token: string;
  readonly host: Host;
  readonly since: string;
  /** Why it can measure nothing now; null: it can. */
  readonly problem: string | null;
  readonly leaving: boolean;
  readonly stock: Stock | null;
  /** Seconds that its clock is ahead of the service's; below zero: behind. */
  readonly clockAheadSeconds: number;
}

/** A worker as it is shown. */
export interface SeenMember extends Member {
  /** Seconds since its last sign of life. */
  readonly silentSeconds: number;
}

interface Known {
  member: Member;
  heardAt: number;
  held: ReadonlySet<string>;
}

/** Knows which workers are there. */
export class Roster {
  readonly #clock: Clock;
  readonly #members = new Map<string, Known>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  add(id: string, token: string, introduction: Introduction): void {
    const { name, arch, places, labels, version, host, clock } = introduction;
    const since = this.#clock.timestamp();
    const clockAheadSeconds = secondsAhead(clock, since);
    const state = { problem: null, leaving: false, stock: null, clockAheadSeconds };
    const member = { id, token, name, arch, places, labels, version, host, since, ...state };
    this.#members.set(id, { member, heardAt: this.#clock.now(), held: new Set() });
  }

  /** Notes what a worker says of itself; false for one that is not known (any more). */
  hear(id: string, { held, problem, leaving, stock, clock }: Heartbeat): boolean {
    const heard = this.#members.get(id);
    if (heard === undefined) return false;
    heard.heardAt = this.#clock.now();
    heard.held = new Set(held);
    const clockAheadSeconds = secondsAhead(clock, this.#clock.timestamp());
    const now = { problem, leaving, clockAheadSeconds, stock: stock ?? heard.member.stock };
    heard.member = { ...heard.member, ...now };
    return true;
  }

  remove(id: string): boolean {
    return this.#members.delete(id);
  }

  /** Gives every worker time to be heard. */
  hearAll(): void {
    for (const heard of this.#members.values()) heard.heardAt = this.#clock.now();
  }

  /** Removes the workers that have been silent for too long, and returns their ids. */
  removeSilent(): readonly string[] {
    const since = this.#clock.now() - SILENT_MS;
    const silent = [...this.#members].flatMap(([id, { heardAt }]) => (heardAt < since ? [id] : []));
    for (const id of silent) this.#members.delete(id);
    return silent;
  }

  find(id: string): Member | undefined {
    return this.#members.get(id)?.member;
  }

  all(): readonly Member[] {
    return [...this.#members.values()].map(({ member }) => member);
  }

  /** Lists the workers with how long they have said nothing. */
  seen(): readonly SeenMember[] {
    const now = this.#clock.now();
    return [...this.#members.values()].map(({ member, heardAt }) => ({
      ...member,
      silentSeconds: Math.max(0, now - heardAt) / 1000,
    }));
  }

  /** Lists the workers that can measure. */
  able(): readonly Member[] {
    return this.all().filter(({ problem, leaving }) => problem === null && !leaving);
  }

  /** Tells whether some worker has taken this attempt from a queue and still has it. */
  isHeld(attempt: string): boolean {
    return [...this.#members.values()].some(({ held }) => held.has(attempt));
  }
}
