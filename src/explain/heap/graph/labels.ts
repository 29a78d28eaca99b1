import type { Heap } from './heap.ts';

/** Line of the stream that gives a reference its name; without an owner, the object itself. Addresses. */
export interface NameLine {
  readonly owner: number | null;
  readonly object: number;
  readonly label: string;
}

/** Most names that are kept: as many as the prelude gives, with room to spare. */
const MOST_NAMES = 50_000;

/** Stores names of objects and of references between them. */
export class Labels {
  readonly #lines: NameLine[] = [];
  /** Names of objects by their ids. */
  readonly own = new Map<number, string>();
  readonly #edges = new Map<number, Map<number, string>>();

  add(line: NameLine): void {
    if (this.#lines.length < MOST_NAMES) this.#lines.push(line);
  }

  /** Resolves names to ids. Call it when the third dump is complete; the first name of an object counts. */
  settle(heap: Heap): void {
    for (const { owner, object, label } of this.#lines) {
      const id = heap.slots.find(object);
      const from = owner === null ? -1 : heap.slots.find(owner);
      if (id < 0) continue;
      if (owner === null) {
        if (!this.own.has(id)) this.own.set(id, label);
      } else if (from >= 0) {
        const edges = this.#edges.get(from) ?? new Map<number, string>();
        this.#edges.set(from, edges);
        if (!edges.has(id)) edges.set(id, label);
      }
    }
  }

  edge(from: number, to: number): string | null {
    return this.#edges.get(from)?.get(to) ?? null;
  }

  /** Lists the addresses of named objects, constants that are modules separately. */
  sources(heap: Heap): { readonly objects: readonly number[]; readonly modules: readonly number[] } {
    const objects: number[] = [];
    const modules: number[] = [];
    for (const { owner, object } of this.#lines) {
      const id = heap.slots.find(object);
      if (owner === null && id >= 0) (heap.isModule(id) ? modules : objects).push(object);
    }
    return { objects, modules };
  }
}
