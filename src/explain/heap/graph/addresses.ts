/** Numbers addresses from 0 on, in the order of their appearance. */
export class Addresses {
  readonly #list: number[] = [];
  readonly #indices = new Map<number, number>();

  of(address: number): number {
    const known = this.#indices.get(address);
    if (known !== undefined) return known;
    this.#indices.set(address, this.#list.length);
    return this.#list.push(address) - 1;
  }

  at(index: number): number {
    return this.#list[index] ?? 0;
  }
}
