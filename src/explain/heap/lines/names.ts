const MOST_NAMES = 60_000;
const NO_NAME = 0;
const OTHERS = 1;

/**
 * Numbers names that recur: a name in the bytes of a line is looked up by its hash, without making a string.
 * 0 is no name; 1 stands for all names after the first 60,000.
 */
export class Names {
  readonly #texts: string[] = ['', '(others)'];
  readonly #byHash = new Map<number, number>();
  readonly #byText = new Map<string, number>();
  readonly #decoder = new TextDecoder();

  /** Numbers the name in these bytes, as JSON writes it between the quotes. */
  ofBytes(bytes: Uint8Array, from: number, to: number): number {
    if (from === to) return NO_NAME;
    let a = 0x811c9dc5;
    let b = to - from;
    for (let i = from; i < to; i += 1) {
      const byte = bytes[i] as number;
      a = Math.imul(a ^ byte, 0x01000193);
      b = Math.imul(b + byte, 0x85ebca6b) ^ (b >>> 13);
    }
    const hash = (a >>> 0) * 0x20_0000 + (b >>> 11);
    const known = this.#byHash.get(hash);
    if (known !== undefined) return known;
    const index = this.ofText(unescaped(this.#decoder.decode(bytes.subarray(from, to))));
    if (index !== OTHERS) this.#byHash.set(hash, index);
    return index;
  }

  ofText(text: string): number {
    const known = this.#byText.get(text);
    if (known !== undefined) return known;
    if (this.#texts.length >= MOST_NAMES) return OTHERS;
    this.#byText.set(text, this.#texts.length);
    return this.#texts.push(text) - 1;
  }

  text(index: number): string {
    return this.#texts[index] ?? '';
  }
}

function unescaped(text: string): string {
  if (!text.includes('\\')) return text;
  try {
    return JSON.parse(`"${text}"`) as string;
  } catch {
    return text; // older rubies write \x1F and the like
  }
}
