import { column32, NumberList } from '../graph/columns.ts';
import { isInLastDump } from '../growth/object-ages.ts';
import type { Heap } from '../graph/heap.ts';

/** Parents from here on are sources, not objects: this plus the number of the source. */
const SOURCE = 0xf000_0000;

/** Start of the search for retainers: an object that has a name, or a root of the dump. */
export interface PathStart {
  /** Steps by which it starts later than others: a source that explains less must be nearer. */
  readonly delay: number;
  /** Visits the addresses that it holds. */
  each(visit: (address: number) => void): void;
}

/** Finds the shortest path from the sources to each wanted object, breadth first over the third dump. */
export class ShortestPaths {
  readonly #heap: Heap;
  readonly #sources: readonly PathStart[];
  readonly #wanted: Set<number>;
  readonly #parents = column32();
  #next = new NumberList();

  constructor(heap: Heap, sources: readonly PathStart[], wanted: ReadonlySet<number>) {
    this.#heap = heap;
    this.#sources = sources;
    this.#wanted = new Set(wanted);
    this.#search();
  }

  /**
   * Gives the source and the ids of the objects from it to `id`, inclusive; null where nothing leads there.
   */
  pathTo(id: number): { readonly source: number; readonly steps: readonly number[] } | null {
    const steps: number[] = [];
    let at = id;
    for (;;) {
      const parent = this.#parents.get(at);
      if (parent === 0) return null;
      steps.push(at);
      if (parent >= SOURCE) return { source: parent - SOURCE, steps: steps.toReversed() };
      at = parent - 1;
    }
  }

  #search(): void {
    const last = Math.max(0, ...this.#sources.map(({ delay }) => delay));
    for (let level = 0; this.#wanted.size > 0 && (level <= last || this.#next.length > 0); level += 1) {
      const now = this.#next;
      this.#next = new NumberList();
      for (const [index, source] of this.#sources.entries()) {
        if (source.delay === level) source.each((address) => this.#visit(address, SOURCE + index, now));
      }
      for (let i = 0; i < now.length; i += 1) {
        const id = now.at(i);
        this.#heap.eachReference(id, (address) => this.#visit(address, id + 1, this.#next));
      }
    }
  }

  #visit(address: number, parent: number, into: NumberList): void {
    const id = this.#heap.slots.find(address);
    if (id < 0 || !isInLastDump(this.#heap.when.get(id)) || this.#parents.get(id) !== 0) return;
    this.#parents.set(id, parent);
    this.#wanted.delete(id);
    into.push(id);
  }
}
