import type { QueueAddOptions } from 'p-queue';

/** Client, run and id of a piece of work. */
export interface TurnOptions extends QueueAddOptions {
  readonly client: string;
  readonly run: string;
}

interface Waiting {
  readonly id: string;
  readonly start: () => Promise<unknown>;
}

/** Waiting work of one client, by run, in the order the runs came. */
type Lane = Map<string, Waiting[]>;

/**
 * Holds the waiting work, as the queue class of a PQueue. Clients take turns cell by cell, so that the first
 * run of one does not wait behind a hundred runs of another; the runs of one client keep their order.
 */
export class Backlog {
  /** The client whose turn is next comes first. */
  readonly #lanes = new Map<string, Lane>();
  #size = 0;

  get size(): number {
    return this.#size;
  }

  /** Counts the clients that have waiting work. */
  get clients(): number {
    return this.#lanes.size;
  }

  enqueue(start: () => Promise<unknown>, options: Partial<TurnOptions> = {}): void {
    const { id = '', client = '', run = '' } = options;
    const lane: Lane = this.#lanes.get(client) ?? new Map();
    this.#lanes.set(client, lane);
    lane.set(run, [...(lane.get(run) ?? []), { id, start }]);
    this.#size += 1;
  }

  /** Takes the next cell; undefined when none waits. */
  dequeue(): (() => Promise<unknown>) | undefined {
    const [turn] = this.#lanes;
    if (turn === undefined) return undefined;
    const [client, lane] = turn;
    const [first] = lane;
    this.#lanes.delete(client);
    if (first === undefined) return undefined;
    const [run, items] = first;
    const item = items.shift();
    if (items.length === 0) lane.delete(run);
    if (lane.size > 0) this.#lanes.set(client, lane);
    if (item !== undefined) this.#size -= 1;
    return item?.start;
  }

  /** Removes a waiting piece of work. */
  remove(id: string): void {
    for (const [client, lane] of this.#lanes) {
      for (const [run, items] of lane) {
        const at = items.findIndex((item) => item.id === id);
        if (at === -1) continue;
        items.splice(at, 1);
        this.#size -= 1;
        if (items.length === 0) lane.delete(run);
        if (lane.size === 0) this.#lanes.delete(client);
        return;
      }
    }
  }

  /** Selects the waiting work of a client, a run, or both. */
  filter({ client, run }: Readonly<Partial<TurnOptions>>): (() => Promise<unknown>)[] {
    const lanes = client === undefined ? [...this.#lanes.values()] : [this.#lanes.get(client) ?? new Map()];
    return lanes
      .flatMap((lane: Lane) => (run === undefined ? [...lane.values()].flat() : (lane.get(run) ?? [])))
      .map(({ start }) => start);
  }

  /** Throws, since clients take turns and there are no priorities. */
  setPriority(id: string): void {
    throw new TypeError(`${id}: turns have no priorities`);
  }

  /** Lists the ids of the runs in the order of their next turns. */
  order(): readonly string[] {
    const lanes = [...this.#lanes.values()].map((lane) => [...lane.keys()]);
    const longest = Math.max(0, ...lanes.map((runs) => runs.length));
    return Array.from({ length: longest }, (_, turn) => lanes.flatMap((runs) => runs[turn] ?? [])).flat();
  }
}
