import type { Names } from '../lines/names.ts';

const MOST_SITES = 65_535;

/** Where objects were made: names of file and method are numbers of `Names`. */
export interface AllocationSite {
  readonly file: number;
  readonly line: number;
  readonly method: number;
}

/** Numbers places of allocation; 0 where the dump names none. */
export class Sites {
  readonly #sites: AllocationSite[] = [{ file: 0, line: 0, method: 0 }];
  readonly #byKey = new Map<number, number>();
  readonly #bySpot = new Map<number, number>();
  readonly #spots: number[] = [0];
  readonly #names: Names;

  constructor(names: Names) {
    this.#names = names;
  }

  of(file: number, line: number, method: number): number {
    if (file === 0 || this.#names.text(file) === '(null)') return 0;
    const spot = file * 0x10_0000 + Math.min(line, 0xf_ffff);
    const key = spot * 0x1_0000 + method;
    const known = this.#byKey.get(key);
    if (known !== undefined) return known;
    if (this.#sites.length >= MOST_SITES) return 0;
    const index = this.#sites.push({ file, line, method }) - 1;
    this.#byKey.set(key, index);
    if (!this.#bySpot.has(spot)) this.#bySpot.set(spot, index);
    this.#spots.push(this.#bySpot.get(spot) as number);
    return index;
  }

  /** Gives the same number to all methods of one line. */
  spot(index: number): number {
    return this.#spots[index] ?? 0;
  }

  at(index: number): AllocationSite | null {
    return index === 0 ? null : (this.#sites[index] ?? null);
  }
}
