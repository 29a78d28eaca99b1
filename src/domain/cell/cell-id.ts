import { AXES, findAxis } from './axes.ts';
import { orderedSettings, type Settings } from './settings.ts';

declare const brand: unique symbol;

/**
 * Name of a cell within its run: `3.4.10` where nothing but the ruby is special, else the ruby and its
 * settings in the order of AXES: `3.4.10+jemalloc+yjit`, `3.4.10+arenas=2`, `3.4.10+env.RUBYOPT=--yjit%20-w`.
 */
export type CellId = string & { readonly [brand]: true };

/** Between the ruby's name and its settings; no name of a ruby has one. */
const JOIN = '+';

/** Makes the id of a cell: equal for the same ruby with the same settings, and only for them. */
export function cellId(ruby: string, settings: Settings = {}): CellId {
  const parts = Object.entries(orderedSettings(settings)).map(([name, value]) =>
    findAxis(name)?.axis.words.includes(value) === true ? value : `${escaped(name)}=${escaped(value)}`,
  );
  return [ruby, ...parts].join(JOIN) as CellId;
}

/**
 * Reads an id, its settings in any order; null for anything else, or names an axis that this release does not know.
 *
 * @example
 * parseCellId('3.4.10+yjit'); // { ruby: '3.4.10', settings: { jit: 'yjit' } }
 * parseCellId('3.4.10+arenas=2'); // { ruby: '3.4.10', settings: { arenas: '2' } }
 * parseCellId('3.4.10+colour=red'); // null
 */
export function parseCellId(text: string): { readonly ruby: string; readonly settings: Settings } | null {
  const [ruby = '', ...parts] = text.split(JOIN);
  if (ruby === '') return null;
  const settings = new Map<string, string>();
  for (const part of parts) {
    const setting = parseSetting(part);
    if (setting === null || settings.has(setting.name)) return null;
    settings.set(setting.name, setting.value);
  }
  return { ruby, settings: orderedSettings(Object.fromEntries(settings)) };
}

function parseSetting(part: string): { readonly name: string; readonly value: string } | null {
  const end = part.indexOf('=');
  if (end === -1) {
    const axis = AXES.find(({ words }: { readonly words: readonly string[] }) => words.includes(part));
    return axis === undefined ? null : { name: axis.name, value: part };
  }
  const [name, value] = [unescaped(part.slice(0, end)), unescaped(part.slice(end + 1))];
  return name === null || value === null || findAxis(name) === null ? null : { name, value };
}

/** Splits an id into the ruby's name and the rest as text, for sorting and display. */
export function splitCellId(id: string): { readonly ruby: string; readonly suffix: string } {
  const end = id.indexOf(JOIN);
  return end === -1 ? { ruby: id, suffix: '' } : { ruby: id.slice(0, end), suffix: id.slice(end) };
}

/** Compares the ends of ids: none comes first, and numbers are compared by size: `1.9.0` before `1.10.0`. */
export function compareTexts(a: string, b: string): number {
  const [left, right] = [a.split(/(\d+)/), b.split(/(\d+)/)];
  for (const [index, part] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (part === other) continue;
    const isNumber = index % 2 === 1;
    if (isNumber && Number(part) !== Number(other)) return Number(part) - Number(other);
    return part < other ? -1 : 1;
  }
  return left.length - right.length;
}

/** Escapes what an address, an option's list or a shell would misread: `%20`. */
function escaped(text: string): string {
  return text.replaceAll(/[^\w.~:@-]/gu, (char) =>
    Array.from(new TextEncoder().encode(char), (byte) => `%${hexadecimal(byte)}`).join(''),
  );
}

const hexadecimal = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, '0');

function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
