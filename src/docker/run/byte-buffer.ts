/** Collects bytes; it doubles as needed, so many tiny pieces cost no more than one large one. */
export class ByteBuffer {
  #bytes = new Uint8Array(4096);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = needed;
  }

  /** Keeps the last `count` bytes. */
  keepLast(count: number): void {
    if (this.#length <= count) return;
    this.#bytes.copyWithin(0, this.#length - count, this.#length);
    this.#length = count;
  }

  clear(): void {
    this.#length = 0;
  }

  /** Decodes the collected bytes as UTF-8; invalid ones become U+FFFD. */
  text(): string {
    return decode(this.#bytes.subarray(0, this.#length));
  }
}

/** Decodes UTF-8; invalid bytes become U+FFFD. */
export function decode(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}
