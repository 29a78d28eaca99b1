const CHUNK_BITS = 20;
const CHUNK = 1 << CHUNK_BITS;
const MASK = CHUNK - 1;
const END = 0;
const FAR = 1;
const FIRST_NEAR = 2;
const NEAR = 2 ** 29;
const WORD_BYTES = 8;

/**
 * Stores references of objects as distances between addresses: a record is a sequence of varints that ends
 * with 0. Objects are close to what they refer to, so most distances take two or three bytes.
 */
export class EdgeStore {
  readonly #chunks: Uint8Array[] = [];
  /** Bytes written: where the next record begins. */
  length = 0;
  #previous = 0;
  #cursor = 0;

  /** Begins a record; its references follow by `add`, and `end` closes it. `from` is an address nearby. */
  begin(from: number): number {
    this.#previous = from / WORD_BYTES;
    return this.length;
  }

  add(address: number): void {
    const word = Math.floor(address / WORD_BYTES);
    const distance = word - this.#previous;
    if (distance === 0) return; // itself, or the same once more: no new way to reach anything
    this.#previous = word;
    if (distance > -NEAR && distance < NEAR) {
      this.#varint((distance < 0 ? -distance * 2 - 1 : distance * 2) + FIRST_NEAR);
      return;
    }
    this.#byte(FAR);
    for (let rest = word, i = 0; i < 6; i += 1, rest = Math.floor(rest / 256)) this.#byte(rest % 256);
  }

  end(): void {
    this.#byte(END);
  }

  /** Calls `visit` with every address of the record that begins at `start`. */
  each(start: number, from: number, visit: (address: number) => void): void {
    this.#cursor = start;
    let word = from / WORD_BYTES;
    while (this.#cursor < this.length) {
      const code = this.#readVarint();
      if (code === END) return;
      if (code === FAR) {
        word = 0;
        for (let i = 0, scale = 1; i < 6; i += 1, scale *= 256) word += this.#readByte() * scale;
      } else {
        const near = code - FIRST_NEAR;
        word += near % 2 === 1 ? -(near + 1) / 2 : near / 2;
      }
      visit(word * WORD_BYTES);
    }
  }

  #byte(value: number): void {
    const at = this.length >>> CHUNK_BITS;
    if (at === this.#chunks.length) this.#chunks.push(new Uint8Array(CHUNK));
    (this.#chunks[at] as Uint8Array)[this.length & MASK] = value;
    this.length += 1;
  }

  #varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.#byte((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#byte(rest);
  }

  #readByte(): number {
    const byte = (this.#chunks[this.#cursor >>> CHUNK_BITS] as Uint8Array)[this.#cursor & MASK] as number;
    this.#cursor += 1;
    return byte;
  }

  #readVarint(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.#readByte();
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
  }
}
