import { findAxis } from './axes.ts';
import { missingIn, withAllocator, type GivenAxis } from './axis-values.ts';
import { configurationOf, type Configuration } from './configuration.ts';
import type { Ruby } from '../ruby/ruby.ts';
import type { Settings } from './settings.ts';

/** Values that were requested, by axis: `{ jit: ['off', 'yjit'], 'env.RUBYOPT': ['-w'] }`. */
export type AxisValues = Readonly<Record<string, readonly string[]>>;

/**
 * Combines every ruby with every combination of these values, each once, without those that its release
 * lacks.
 * @param bases what the cells of each ruby differ in already, such as the versions of a gem
 */
export function configurationsOf(
  rubies: readonly Ruby[],
  axes: AxisValues,
  bases: readonly Settings[] = [{}],
): { readonly cells: readonly Configuration[]; readonly notes: readonly string[] } {
  const cells = new Map(
    rubies.flatMap((ruby) =>
      combinations(ruby, axes, bases).map((settings) => {
        const cell = configurationOf(withAllocator(ruby, settings), settings);
        return [cell.id, cell] as const;
      }),
    ),
  );
  const notes = Object.entries(axes).flatMap(([name, values]) =>
    values.flatMap((value) => leftOut(rubies, name, value)),
  );
  return { cells: [...cells.values()], notes };
}

/** Notes the rubies that lack a value, those with the same reason together. */
function leftOut(rubies: readonly Ruby[], name: string, value: string): readonly string[] {
  const missing = Map.groupBy(rubies, ({ version }) => missingIn(version, name, value));
  return [...missing].flatMap(([why, those]) =>
    why === null
      ? []
      : [`${name}=${value} is left out on ${those.map((ruby) => ruby.name).join(', ')}: ${why}`],
  );
}

/** Calculates the largest number of cells that these values make. */
export const numberOfCells = (rubies: number, axes: AxisValues): number =>
  Object.values(axes).reduce((product, { length }) => product * Math.max(1, length), rubies);

function combinations(ruby: Ruby, axes: AxisValues, bases: readonly Settings[]): readonly Settings[] {
  return Object.entries(axes)
    .filter(([name]) => findAxis(name) !== null)
    .reduce<readonly Settings[]>(
      (found, [name, values]) =>
        found.flatMap((settings) =>
          values
            .filter((value) => missingIn(ruby.version, name, value) === null)
            .map((value) => ({ ...settings, [name]: value })),
        ),
      bases,
    );
}

/**
 * Reads `jit=off,yjit`: an axis and its values.
 *
 * @example
 * parseAxis('arenas=1,default'); // { name: 'arenas', values: ['1', 'default'] }
 * parseAxis('yjit'); // null
 */
export function parseAxis(text: string): GivenAxis | null {
  const end = text.indexOf('=');
  if (end < 1) return null;
  const name = text.slice(0, end).trim();
  const values = text
    .slice(end + 1)
    .split(',')
    .map((value) => value.trim());
  return { name, values };
}

/** Merges axes that were given one by one: values of the same axis are added. */
export function mergedAxes(given: readonly GivenAxis[]): AxisValues {
  const all = new Map<string, readonly string[]>();
  for (const { name, values } of given) all.set(name, [...new Set([...(all.get(name) ?? []), ...values])]);
  return Object.fromEntries(all);
}
