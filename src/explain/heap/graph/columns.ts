const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;
const MASK = CHUNK - 1;

/**
 * Stores numbers by id in a typed array that grows in pieces: a heap of millions of objects is never copied.
 */
class Column<A extends Uint8Array | Uint16Array | Uint32Array> {
  readonly #chunks: A[] = [];
  readonly #make: (length: number) => A;

  constructor(make: (length: number) => A) {
    this.#make = make;
  }

  get(id: number): number {
    const chunk = this.#chunks[id >>> CHUNK_BITS];
    return chunk === undefined ? 0 : (chunk[id & MASK] as number);
  }

  set(id: number, value: number): void {
    const at = id >>> CHUNK_BITS;
    while (this.#chunks.length <= at) this.#chunks.push(this.#make(CHUNK));
    (this.#chunks[at] as A)[id & MASK] = value;
  }

  clear(): void {
    for (const chunk of this.#chunks) chunk.fill(0);
  }
}

export type NumberColumn = Column<Uint8Array> | Column<Uint16Array> | Column<Uint32Array>;
export const column8 = (): NumberColumn => new Column((length) => new Uint8Array(length));
export const column16 = (): NumberColumn => new Column((length) => new Uint16Array(length));
export const column32 = (): NumberColumn => new Column((length) => new Uint32Array(length));

/** A growing list of unsigned numbers. */
export class NumberList {
  readonly #values = column32();
  length = 0;

  push(value: number): void {
    this.#values.set(this.length, value);
    this.length += 1;
  }

  at(index: number): number {
    return this.#values.get(index);
  }
}
