const MOST = 20_000;

/** Memsizes of one object in the three dumps. */
export interface Grower {
  readonly id: number;
  readonly first: number;
  readonly second: number;
  readonly third: number;
}

type Candidate = readonly [id: number, sizes: readonly [first: number, second: number]];
const growth = ([, [first, second]]: Candidate): number => second - first;

/** Finds objects that exist in all dumps and become larger in both windows. */
export class Growers {
  #candidates = new Map<number, readonly [first: number, second: number]>();
  readonly #found: Grower[] = [];

  second(id: number, first: number, second: number): void {
    if (first === 0 || second <= first) return;
    if (this.#candidates.size >= MOST) this.#forgetTheSmaller();
    this.#candidates.set(id, [first, second]);
  }

  third(id: number, third: number): void {
    const before = this.#candidates.get(id);
    if (before === undefined || third <= before[1]) return;
    this.#found.push({ id, first: before[0], second: before[1], third });
    this.#candidates.delete(id);
  }

  all(): readonly Grower[] {
    return this.#found;
  }

  #forgetTheSmaller(): void {
    const largest = [...this.#candidates].sort((a, b) => growth(b) - growth(a)).slice(0, MOST / 2);
    this.#candidates = new Map(largest);
  }
}
