interface Lane<Item> {
  /** Cells that wait, by run, in the order the runs came. */
  readonly runs: Map<string, Item[]>;
}

/**
 * What waits to be measured, shared fairly: clients take turns cell by cell, so that the first run of one is not
 * behind the hundred runs of another; the runs of one client keep their order.
 */
export class Backlog<Item> {
  /** The client whose turn it is stands first. */
  readonly #lanes = new Map<string, Lane<Item>>();

  get size(): number {
    return [...this.#lanes.values()]
      .flatMap((lane) => [...lane.runs.values()])
      .reduce((sum, items) => sum + items.length, 0);
  }

  add(client: string, runId: string, items: readonly Item[]): void {
    if (items.length === 0) return;
    const lane = this.#lanes.get(client) ?? { runs: new Map<string, Item[]>() };
    this.#lanes.set(client, lane);
    lane.runs.set(runId, [...(lane.runs.get(runId) ?? []), ...items]);
  }

  /** The next cell; null when none waits. */
  take(): Item | null {
    const [turn] = this.#lanes;
    if (turn === undefined) return null;
    const [client, lane] = turn;
    const [first] = lane.runs;
    this.#lanes.delete(client);
    if (first === undefined) return null;
    const [runId, items] = first;
    const item = items.shift() ?? null;
    if (items.length === 0) lane.runs.delete(runId);
    if (lane.runs.size > 0) this.#lanes.set(client, lane);
    return item;
  }

  /** Whether anything of a run waits. */
  has(runId: string): boolean {
    return [...this.#lanes.values()].some((lane) => lane.runs.has(runId));
  }

  /** Takes out what waits of a run. */
  drop(runId: string): readonly Item[] {
    for (const [client, lane] of this.#lanes) {
      const items = lane.runs.get(runId);
      if (items === undefined) continue;
      lane.runs.delete(runId);
      if (lane.runs.size === 0) this.#lanes.delete(client);
      return items;
    }
    return [];
  }

  /** Ids of the runs in the order in which they get their next turn. */
  order(): readonly string[] {
    const lanes = [...this.#lanes.values()].map((lane) => [...lane.runs.keys()]);
    const longest = Math.max(0, ...lanes.map((runs) => runs.length));
    return Array.from({ length: longest }, (_, turn) => lanes.flatMap((runs) => runs[turn] ?? [])).flat();
  }
}
