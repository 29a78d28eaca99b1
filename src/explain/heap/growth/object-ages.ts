import type { Heap } from '../graph/heap.ts';
import type { DumpLine } from '../lines/dump-line.ts';
import { Growers } from './growers.ts';
import { FIRST_OBJECT } from '../graph/kinds.ts';

// States of an object after each dump.
const IN_1 = 1;
const IN_1_AND_2 = 2;
const IN_2 = 3;
/** State of an object of the third dump that is not new: older than the first, or our own. */
const OLD = 4;
/** State of an object that was made between the first two dumps and still exists in the third. */
export const FIRST_WINDOW = 5;
/** State of an object that was made between the second dump and the third. */
export const SECOND_WINDOW = 6;

/** Tells whether an object is in the third dump. */
export const isInLastDump = (when: number): boolean => when >= OLD;

/** A mark of the stream; the lines up to the next mark are its heap dump. */
export interface DumpMark {
  readonly mark: number;
  readonly iterations: number;
  /** GC.count at that time: objects made later have this generation, or a higher one. */
  readonly gc: number;
}

/** Compares the objects of three dumps and finds out which of them are new. */
export class ObjectAges {
  readonly growers = new Growers();
  readonly #heap: Heap;
  readonly #gc = [0, Infinity, Infinity, Infinity];
  /** The dump that is being read: 1 to 3; 0 before the first. */
  #dump = 0;

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  begin(mark: DumpMark): void {
    this.#dump = mark.mark;
    this.#gc[mark.mark] = mark.gc;
  }

  /** Adds one object of the dump that is being read. Returns its id, or -1 where it does not count. */
  object(kind: number, line: DumpLine, isOwn: boolean): number {
    if (kind < FIRST_OBJECT || line.address === 0 || this.#dump === 0) return -1;
    const id = this.#heap.place(line);
    if (id < 0) return -1;
    const bytes = Math.min(line.memsize, 0xffff_fffe) + 1; // 0: not known
    if (this.#dump < 3) {
      // Objects younger than the mark were made while the dump was written.
      if (isOwn || line.generation >= (this.#gc[this.#dump] as number)) return id;
      if (this.#dump === 1) this.#heap.when.set(id, IN_1);
      else this.#second(id, line.generation, bytes);
    } else {
      this.#heap.when.set(id, isOwn ? OLD : this.#third(id, line.generation));
      if (this.#heap.when.get(id) === OLD) this.growers.third(id, bytes);
      this.#heap.describe(id, kind, line);
    }
    this.#heap.memsizes.set(id, bytes);
    return id;
  }

  #second(id: number, generation: number, bytes: number): void {
    const isSame = this.#heap.when.get(id) === IN_1 && generation < (this.#gc[1] as number);
    this.#heap.when.set(id, isSame ? IN_1_AND_2 : IN_2);
    if (isSame) this.growers.second(id, this.#heap.memsizes.get(id), bytes);
  }

  #third(id: number, generation: number): number {
    const before = this.#heap.when.get(id);
    if (generation >= (this.#gc[3] as number)) return OLD; // made while the dump was written
    if (generation >= (this.#gc[2] as number)) return SECOND_WINDOW;
    if (before === IN_1_AND_2) return OLD;
    if (before === IN_2) return FIRST_WINDOW;
    // By its generation it is older than the second dump, which did not contain it: contradictory, so not
    // new.
    return generation >= 0 ? OLD : SECOND_WINDOW;
  }
}
