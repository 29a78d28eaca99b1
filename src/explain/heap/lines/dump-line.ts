import type { Names } from './names.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN = 0x7b;
const CLOSE = 0x7d;

const keyCode = (key: string): number =>
  key.length * 0x1_0000 + key.charCodeAt(0) * 0x100 + key.charCodeAt(1);
const ADDRESS = keyCode('address');
const TYPE = keyCode('type');
const CLASS = keyCode('class');
const SUPERCLASS = keyCode('superclass');
const NAME = keyCode('name');
const REAL_CLASS_NAME = keyCode('real_class_name');
const STRUCT = keyCode('struct');
const IMEMO_TYPE = keyCode('imemo_type');
const NODE_TYPE = keyCode('node_type');
const FILE = keyCode('file');
const LINE = keyCode('line');
const METHOD = keyCode('method');
const GENERATION = keyCode('generation');
const MEMSIZE = keyCode('memsize');
const SLOT_SIZE = keyCode('slot_size');
const REFERENCES = keyCode('references');
const ROOT_NAME = keyCode('root');
const FLAGS = keyCode('flags');

/** Where an incomplete line can be shortened: bytes from `from` to `to` were read or are of no interest. */
export interface Gap {
  readonly from: number;
  readonly to: number;
}

/**
 * Reads one line of a heap dump from its bytes, without JSON.parse: a line may have millions of references.
 * Fields keep their value until the next `read`; numbers are 0 or, where 0 is a value, -1 when not given.
 */
export class DumpLine {
  address = 0;
  type = 0;
  classAddress = 0;
  superclass = 0;
  name = 0;
  realName = 0;
  /** Type of an object without a class: its imemo type, the name of its C struct, its type of syntax node. */
  subtype = 0;
  file = 0;
  line = 0;
  method = 0;
  generation = -1;
  memsize = -1;
  slotSize = 0;
  root = 0;
  references = new Float64Array(1024);
  referenceCount = 0;
  /** Set where the bytes ended within a list of references or a text. */
  gap: Gap | null = null;

  readonly #names: Names;
  #at = 0;
  #textFrom = 0;

  constructor(names: Names) {
    this.#names = names;
  }

  /**
   * Reads bytes[from, to). False where that is not a whole line: `gap` then shows which part can be left out.
   */
  read(bytes: Uint8Array, from: number, to: number): boolean {
    this.#reset();
    if (bytes[from] !== OPEN) return false;
    this.#at = from + 1;
    while (this.#at < to) {
      const byte = bytes[this.#at] as number;
      if (byte === CLOSE) return true;
      if (byte !== QUOTE) {
        this.#at += 1;
        continue;
      }
      if (!this.#text(bytes, to)) return false;
      const key = this.#textFrom;
      const length = this.#at - 1 - key;
      const code = length * 0x1_0000 + (bytes[key] as number) * 0x100 + (bytes[key + 1] as number);
      while (this.#at < to && (bytes[this.#at] === COLON || bytes[this.#at] === 0x20)) this.#at += 1;
      if (code === FLAGS) return true; // the last one, and nothing in it is needed
      if (!this.#value(code, bytes, to)) return false;
    }
    return false;
  }

  #value(code: number, bytes: Uint8Array, to: number): boolean {
    const first = bytes[this.#at];
    if (first === QUOTE) {
      if (!this.#text(bytes, to)) {
        this.gap = gapInText(bytes, this.#textFrom, to);
        return false;
      }
      this.#textField(code, bytes, this.#textFrom, this.#at - 1);
      return true;
    }
    if (first === OPEN_ARRAY) return this.#array(code, bytes, to);
    let number = 0;
    while (this.#at < to) {
      const byte = bytes[this.#at] as number;
      if (byte === COMMA || byte === CLOSE) {
        this.#numberField(code, number);
        return true;
      }
      if (byte >= 0x30 && byte <= 0x39) number = number * 10 + byte - 0x30;
      this.#at += 1;
    }
    return false;
  }

  /** Skips to the end of the text that begins at the current position. */
  #text(bytes: Uint8Array, to: number): boolean {
    let at = this.#at + 1;
    this.#textFrom = at;
    while (at < to) {
      const byte = bytes[at];
      if (byte === BACKSLASH) at += 1;
      else if (byte === QUOTE) {
        this.#at = at + 1;
        return true;
      }
      at += 1;
    }
    return false;
  }

  #array(code: number, bytes: Uint8Array, to: number): boolean {
    const from = this.#at + 1;
    this.#at = from;
    let used = from;
    while (this.#at < to) {
      const byte = bytes[this.#at];
      if (byte === QUOTE) {
        if (!this.#text(bytes, to)) break;
        if (code === REFERENCES) this.#reference(addressIn(bytes, this.#textFrom, this.#at - 1));
        used = this.#at;
      } else if (byte === CLOSE_ARRAY) {
        this.#at += 1;
        return true;
      } else this.#at += 1;
    }
    this.gap = { from, to: used };
    return false;
  }

  #reference(address: number): void {
    if (this.referenceCount === this.references.length) {
      const more = new Float64Array(this.references.length * 2);
      more.set(this.references);
      this.references = more;
    }
    this.references[this.referenceCount] = address;
    this.referenceCount += 1;
  }

  #textField(code: number, bytes: Uint8Array, from: number, to: number): void {
    if (code === ADDRESS) this.address = addressIn(bytes, from, to);
    else if (code === TYPE) this.type = this.#names.ofBytes(bytes, from, to);
    else if (code === CLASS) this.classAddress = addressIn(bytes, from, to);
    else if (code === SUPERCLASS) this.superclass = addressIn(bytes, from, to);
    else if (code === NAME) this.name = this.#names.ofBytes(bytes, from, to);
    else if (code === REAL_CLASS_NAME) this.realName = this.#names.ofBytes(bytes, from, to);
    else if (code === STRUCT || code === IMEMO_TYPE || code === NODE_TYPE)
      this.subtype = this.#names.ofBytes(bytes, from, to);
    else if (code === FILE) this.file = this.#names.ofBytes(bytes, from, to);
    else if (code === METHOD) this.method = this.#names.ofBytes(bytes, from, to);
    else if (code === ROOT_NAME) this.root = this.#names.ofBytes(bytes, from, to);
  }

  #numberField(code: number, value: number): void {
    if (code === LINE) this.line = value;
    else if (code === GENERATION) this.generation = value;
    else if (code === MEMSIZE) this.memsize = value;
    else if (code === SLOT_SIZE) this.slotSize = value;
  }

  #reset(): void {
    this.address = this.type = this.classAddress = this.superclass = this.name = this.realName = 0;
    this.subtype = this.file = this.line = this.method = this.slotSize = this.root = this.referenceCount = 0;
    this.generation = this.memsize = -1;
    this.gap = null;
  }
}

/** Reads `0x55…` as a number, exact up to 2^53, which is beyond any address; 0 for anything else. */
function addressIn(bytes: Uint8Array, from: number, to: number): number {
  let high = 0;
  let low = 0;
  const split = to - 7;
  for (let i = from + 2; i < to; i += 1) {
    const byte = bytes[i] as number;
    const digit = byte <= 0x39 ? byte - 0x30 : (byte | 0x20) - 0x57;
    if (digit < 0 || digit > 15) return 0;
    if (i < split) high = high * 16 + digit;
    else low = (low << 4) | digit;
  }
  return high * 0x1000_0000 + low;
}

/**
 * Finds the part of a text that can be left out: all so far, except a backslash at its end that belongs to
 * the next part.
 */
function gapInText(bytes: Uint8Array, from: number, to: number): Gap {
  let backslashes = 0;
  while (to - 1 - backslashes >= from && bytes[to - 1 - backslashes] === BACKSLASH) backslashes += 1;
  return { from, to: to - (backslashes % 2) };
}
