/** One thing in which cells of the same ruby can differ. */
export interface Axis {
  readonly name: string;
  /** Value of a cell that does not set it; never part of a cell's settings. null: it has no name. */
  readonly standard: string | null;
  /** Values that name their axis, so that they are alone in a cell's id: `3.4.10+yjit`. */
  readonly words: readonly string[];
  /** Whether it has a value for each of many names: `env.RUBYOPT`, `gem.oj`. */
  readonly isNamed: boolean;
}

/**
 * Everything in which cells can differ besides their ruby, in the order in which an id names it. A further axis is
 * one more row; words must differ, or an id could be read in two ways.
 */
export const AXES = [
  { name: 'image', standard: null, words: [], isNamed: false },
  { name: 'arch', standard: null, words: ['amd64', 'arm64'], isNamed: false },
  { name: 'allocator', standard: 'default', words: ['jemalloc', 'tcmalloc'], isNamed: false },
  { name: 'arenas', standard: '1', words: [], isNamed: false },
  { name: 'jit', standard: 'off', words: ['mjit', 'rjit', 'yjit', 'zjit'], isNamed: false },
  { name: 'ruby-options', standard: null, words: [], isNamed: false },
  { name: 'env', standard: null, words: [], isNamed: true },
  { name: 'gem', standard: null, words: [], isNamed: true },
  { name: 'script', standard: null, words: [], isNamed: false },
] as const satisfies readonly Axis[];

type Row = (typeof AXES)[number];

/** `jit`, `allocator` … */
export type PlainAxis = Extract<Row, { readonly isNamed: false }>['name'];
/** `env.RUBYOPT`, `gem.oj` … */
export type NamedAxis = `${Extract<Row, { readonly isNamed: true }>['name']}.${string}`;

/** Finds the axis that a name belongs to, and its place among them; null for anything else. */
export function findAxis(name: string): { readonly axis: Axis; readonly place: number } | null {
  const place = AXES.findIndex((axis) =>
    axis.isNamed
      ? name.startsWith(`${axis.name}.`) && name.length > axis.name.length + 1
      : name === axis.name,
  );
  const axis = AXES[place];
  return axis === undefined ? null : { axis, place };
}
