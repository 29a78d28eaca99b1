import { column8, NumberList } from '../graph/columns.ts';
import { isInLastDump } from '../growth/object-ages.ts';
import type { Heap } from '../graph/heap.ts';
import type { PathStart } from './shortest-paths.ts';

/** Objects that are visited for all holders together: a heap of millions is not walked again and again. */
const MOST_VISITS = 20_000_000;

/**
 * Finds what objects of the third dump retain: the bytes that could be freed with them, which is what nothing else
 * leads to.
 */
export class RetainedSizes {
  readonly #heap: Heap;
  readonly #sources: readonly PathStart[];
  readonly #known = new Map<number, number | null>();
  #whole: number | null = null;
  #visits = 0;

  constructor(heap: Heap, sources: readonly PathStart[]) {
    this.#heap = heap;
    this.#sources = sources;
  }

  /** Returns the bytes that an object retains, its own too; null where the heap is too large to find out. */
  of(id: number): number | null {
    const known = this.#known.get(id);
    if (known !== undefined) return known;
    const visits = this.#heap.slots.count * (this.#whole === null ? 2 : 1);
    if (this.#visits + visits > MOST_VISITS) return null;
    this.#whole ??= this.#reached(-1);
    const retained = this.#whole - this.#reached(id);
    this.#known.set(id, retained);
    return retained;
  }

  /** Adds up what is reached from the sources when one object is taken out. */
  #reached(without: number): number {
    const seen = column8();
    const open = new NumberList();
    let bytes = 0;
    const visit = (address: number): void => {
      const id = this.#heap.slots.find(address);
      if (id < 0 || id === without || seen.get(id) !== 0 || !isInLastDump(this.#heap.when.get(id))) return;
      seen.set(id, 1);
      bytes += this.#heap.memsizeOf(id);
      open.push(id);
    };
    for (const source of this.#sources) source.each(visit);
    for (let i = 0; i < open.length; i += 1) this.#heap.eachReference(open.at(i), visit);
    this.#visits += open.length;
    return bytes;
  }
}
