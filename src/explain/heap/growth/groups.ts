import { FIRST_WINDOW, SECOND_WINDOW } from './object-ages.ts';
import type { Heap } from '../graph/heap.ts';
import type { Grower } from './growers.ts';

const MOST_SITES = 65_536;
const NOTHING = { first: 0, second: 0, slotBytes: 0, memsize: 0 };

/** New objects of one class and one place of allocation: how many in each window, and what they take. */
export interface NewObjects {
  readonly title: string;
  /** Objects by place: a line may call more than one method that makes them. */
  readonly sites: Map<number, number>;
  first: number;
  second: number;
  slotBytes: number;
  memsize: number;
}

/** Objects of one class and place that become larger: bytes of growth, and their ids. */
export interface GrowingObjects {
  readonly title: string;
  readonly sites: Map<number, number>;
  growth: number;
  readonly ids: number[];
}

/** Calls `visit` with each object that is new in the third dump. */
export function eachNew(heap: Heap, visit: (id: number, when: number, slotBytes: number) => void): void {
  for (const { base, slots, slotBytes } of heap.slots.current()) {
    for (let id = base; id < base + slots; id += 1) {
      const when = heap.when.get(id);
      if (when === FIRST_WINDOW || when === SECOND_WINDOW) visit(id, when, slotBytes);
    }
  }
}

/** Groups new objects by class and place. */
export class NewObjectGroups {
  readonly #heap: Heap;
  readonly #groups = new Map<number, NewObjects>();
  readonly #titles: string[] = [];
  readonly #titleByText = new Map<string, number>();
  readonly #titleByClassRef = new Map<number, number>();

  constructor(heap: Heap) {
    this.#heap = heap;
    eachNew(heap, (id, when, slotBytes) => {
      const group = this.of(id);
      addOne(group.sites, heap.siteOf(id));
      if (when === FIRST_WINDOW) group.first += 1;
      else group.second += 1;
      group.slotBytes += slotBytes;
      group.memsize += Math.max(slotBytes, heap.memsizes.get(id) - 1);
    });
  }

  all(): readonly NewObjects[] {
    return [...this.#groups.values()];
  }

  of(id: number): NewObjects {
    const title = this.#titleOf(this.#heap.kindOf(id), this.#heap.classRefOf(id));
    const key = title * MOST_SITES + this.#heap.sites.spot(this.#heap.siteOf(id));
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { title: this.#titles[title] as string, sites: new Map(), ...NOTHING };
      this.#groups.set(key, group);
    }
    return group;
  }

  #titleOf(kind: number, ref: number): number {
    const key = ref * 32 + kind;
    const known = this.#titleByClassRef.get(key);
    if (known !== undefined) return known;
    const text = this.#heap.title(kind, ref);
    const index = this.#titleByText.get(text) ?? this.#titles.push(text) - 1;
    this.#titleByText.set(text, index);
    if (this.#titleByClassRef.size < 200_000) this.#titleByClassRef.set(key, index);
    return index;
  }
}

function addOne(counts: Map<number, number>, key: number): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

/**
 * Largest difference of counts, as a share, that counts as equal: which is larger depends on where a dump
 * fell.
 */
const AS_MANY = 0.1;

/** Finds the place where most of the group were made; of methods that made as many, the first by name. */
export function siteOf(heap: Heap, { sites }: NewObjects | GrowingObjects): number {
  const most = Math.max(0, ...sites.values());
  const methodOf = (site: number): string => heap.names.text(heap.sites.at(site)?.method ?? 0);
  const [first] = [...sites]
    .filter(([, count]) => count >= (1 - AS_MANY) * most)
    .map(([site]) => ({ site, method: methodOf(site) }))
    .toSorted((a, b) => (a.method < b.method ? -1 : a.method > b.method ? 1 : a.site - b.site));
  return first?.site ?? 0;
}

/** Groups growing objects of one class and place into one finding. */
export function growingGroups(heap: Heap, growers: readonly Grower[]): GrowingObjects[] {
  const groups = new Map<string, GrowingObjects>();
  for (const { id, first, third } of growers) {
    const title = heap.titleOf(id);
    const key = `${heap.sites.spot(heap.siteOf(id))} ${title}`;
    const group = groups.get(key) ?? { title, sites: new Map<number, number>(), growth: 0, ids: [] };
    groups.set(key, group);
    addOne(group.sites, heap.siteOf(id));
    group.growth += third - first;
    group.ids.push(id);
  }
  return [...groups.values()];
}
