// Types of heap objects as numbers below 32. Those that the analysis treats in a way of their own come first.
const FIRST = [
  '',
  'ROOT',
  'SHAPE',
  'ZOMBIE',
  'NONE',
  'MOVED',
  'CLASS',
  'MODULE',
  'ICLASS',
  'IMEMO',
  'DATA',
  'NODE',
  'SINGLETON',
];
const MOST_KINDS = 31;

export const ROOT = 1;
export const FIRST_OBJECT = 6;
export const CLASS = 6;
const MODULE = 7;
const ICLASS = 8;
export const IMEMO = 9;
export const DATA = 10;
export const NODE = 11;
/** A singleton class, where the ruby distinguishes it from other classes. */
export const SINGLETON = 12;

/** Numbers types of objects in the order of their appearance. */
export class Kinds {
  readonly #texts = [...FIRST];

  of(text: string): number {
    const known = this.#texts.indexOf(text);
    if (known >= 0) return known;
    return this.#texts.length < MOST_KINDS ? this.#texts.push(text) - 1 : 0;
  }

  text(kind: number): string {
    return this.#texts[kind] ?? '';
  }
}

/** Tells whether a kind is a class, a module or an included module. */
export function isModule(kind: number): boolean {
  return kind === CLASS || kind === MODULE || kind === ICLASS || kind === SINGLETON;
}
