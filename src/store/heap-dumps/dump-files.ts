import { closeSync, openSync, writeSync } from 'node:fs';

const NEWLINE = 0x0a;
/** How lines begin that are this program's own, not Ruby's. */
const OWN = Buffer.from('{"matrix"');
const NEXT_OWN = Buffer.from('\n{"matrix"');

/**
 * Writes the heap dumps of one report to files: what ObjectSpace.dump_all wrote, line for line, without this
 * program's own lines between them.
 */
export class DumpFiles {
  /** Paths of the files that were begun. */
  readonly paths: string[] = [];
  readonly #pathOf: (mark: number) => string;
  #file: number | null = null;
  #rest: Uint8Array = new Uint8Array();

  /** @param pathOf path for the first, second and third dump */
  constructor(pathOf: (mark: number) => string) {
    this.#pathOf = pathOf;
  }

  /** @throws the system's own error where a file cannot be written */
  push(chunk: Uint8Array): void {
    const bytes = Buffer.concat([this.#rest, chunk]);
    const end = bytes.lastIndexOf(NEWLINE) + 1;
    this.#rest = Buffer.from(bytes.subarray(end));
    this.#lines(bytes.subarray(0, end));
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #lines(bytes: Buffer): void {
    for (let at = 0; at < bytes.length;) {
      const isOwn = bytes.subarray(at, at + OWN.length).equals(OWN);
      const next = bytes.indexOf(isOwn ? '\n' : NEXT_OWN, at) + 1;
      const end = next === 0 ? bytes.length : next;
      if (isOwn) this.#own(bytes.toString('utf8', at, end));
      else if (this.#file !== null) writeSync(this.#file, bytes, at, end - at);
      at = end;
    }
  }

  /** Begins a file where a dump begins. */
  #own(line: string): void {
    const [, mark] = /^\{"matrix":"mark","mark":([123]),/.exec(line) ?? [];
    if (mark === undefined) return;
    this.close();
    const path = this.#pathOf(Number(mark));
    this.#file = openSync(path, 'w');
    if (!this.paths.includes(path)) this.paths.push(path);
  }
}
