import { splitCellId } from '../cell/cell-id.ts';
import { findAxis } from '../cell/axes.ts';
import type { Settings } from '../cell/settings.ts';
import { parseGem } from '../ruby/gems.ts';
import type { CellRecord, RunRecord } from './record.ts';

/** Cells of one ruby that are compared, each with the base. */
export interface ComparisonGroup {
  readonly base: CellRecord;
  readonly others: readonly CellRecord[];
}

/** Most cells of one ruby that run in turns: each costs several containers. */
const MOST_IN_TURNS = 4;

/** Tells whether the cells of a group are run in turns, as the script's variants always are. */
export const takesTurns = ({ base, others }: ComparisonGroup): boolean =>
  others.length < MOST_IN_TURNS || [base, ...others].some(({ settings }) => settings.script !== undefined);

type Compared = Pick<RunRecord, 'cells' | 'options' | 'variants'>;

/**
 * Groups the cells that a run compares: variants of the script with the script itself under the same
 * settings; without variants, the cells of one ruby with the one whose values were requested first.
 * @param chosen settings of another base, where somebody has chosen one
 */
export function comparisonGroups(run: Compared, chosen: Settings | null = null): readonly ComparisonGroup[] {
  const hasVariants = run.variants.length > 0;
  const keyOf = ({ ruby, settings }: CellRecord): string =>
    JSON.stringify([ruby, apart(settings), hasVariants && chosen === null ? withoutScript(settings) : null]);
  return [...Map.groupBy(run.cells, keyOf).values()].flatMap((cells) => {
    const base =
      chosen === null
        ? baseOf(cells, run)
        : cells.find(({ settings }) => isSame(settings, { ...chosen, ...apart(settings) }));
    if (base === undefined || cells.length < 2) return [];
    return [{ base, others: cells.filter((cell) => cell !== base) }];
  });
}

/** Settings whose cells are never compared: images have rubies of their own, architectures hosts of their own. */
const apart = ({ image, arch }: Settings): Settings => ({
  ...(image === undefined ? {} : { image }),
  ...(arch === undefined ? {} : { arch }),
});

function isSame(a: Settings, b: Settings): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof Settings>;
  return [...names].every((name) => a[name] === b[name]);
}

const withoutScript = (settings: Settings): readonly (readonly [string, string])[] =>
  Object.entries(settings).filter(([name]) => name !== 'script');

/** Finds the cell whose values were requested before those of the others. */
function baseOf(cells: readonly CellRecord[], run: Compared): CellRecord | undefined {
  const orders = [...Object.entries(run.options.axes), ...gemOrders(run)];
  const placesOf = ({ settings }: CellRecord): readonly number[] => [
    settings.script === undefined ? 0 : 1,
    ...orders.map(([name, values]) => {
      const value = settings[name as keyof Settings] ?? findAxis(name)?.axis.standard;
      return values.indexOf(value ?? '');
    }),
  ];
  return cells.toSorted((a, b) => {
    const [left, right] = [placesOf(a), placesOf(b)];
    const first = left.findIndex((place, index) => place !== right[index]);
    return first === -1
      ? splitCellId(a.id).suffix.length - splitCellId(b.id).suffix.length
      : (left[first] ?? 0) - (right[first] ?? 0);
  })[0];
}

function gemOrders({ options }: Compared): readonly (readonly [string, readonly string[]])[] {
  return options.gems.flatMap((text) => {
    const gem = parseGem(text);
    return gem.ok ? [[`gem.${gem.value.name}`, gem.value.versions] as const] : [];
  });
}
