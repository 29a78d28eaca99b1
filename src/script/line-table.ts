/** Line numbers of a source by byte offset: one pass over the source, then a binary search per question. */
export class LineTable {
  readonly #starts: readonly number[];

  constructor(bytes: Uint8Array) {
    const starts = [0];
    for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
    this.#starts = starts;
  }

  /** Returns the line, from 1, that the byte at `offset` is on. */
  lineAt(offset: number): number {
    let low = 0;
    let high = this.#starts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.#starts[middle] ?? Infinity) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  }
}
