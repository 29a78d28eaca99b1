import { ByteBuffer } from './byte-buffer.ts';

/** Keeps the last `maxBytes` of what is pushed, as text. */
export class Tail {
  readonly #maxBytes: number;
  readonly #held = new ByteBuffer();

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    this.#held.append(bytes.subarray(Math.max(0, bytes.length - this.#maxBytes)));
    // It may grow to twice the bound before it is cut, so that the cost per byte stays constant.
    if (this.#held.length > 2 * this.#maxBytes) this.#held.keepLast(this.#maxBytes);
  }

  text(): string {
    this.#held.keepLast(this.#maxBytes);
    return this.#held.text();
  }
}
