import { AXES, findAxis } from '../../domain/cell/axes.ts';
import { cellId } from '../../domain/cell/cell-id.ts';
import { orderedSettings, type Settings } from '../../domain/cell/settings.ts';
import type { CellRecord } from '../../domain/run/record.ts';

type Name = keyof Settings;
type NamedCell = Pick<CellRecord, 'ruby' | 'settings'>;

/** Settings in which the cells of a table differ, each of which has a column. */
export interface SettingColumns {
  readonly titles: readonly string[];
  /** Names a cell by its ruby and the settings that all cells share, then gives its values. */
  readonly textsOf: (cell: NamedCell) => readonly string[];
}

/** Finds the settings in which cells differ, in the order of AXES. */
export function settingColumns(cells: readonly NamedCell[]): SettingColumns {
  const all = Object.keys(orderedSettings(Object.assign({}, ...cells.map(({ settings }) => settings))));
  const varying = (all as Name[]).filter(
    (name) => new Set(cells.map(({ settings }) => valueOf(settings, name))).size > 1,
  );
  const shared = ({ settings }: NamedCell): Settings =>
    Object.fromEntries(Object.entries(settings).filter(([name]) => !varying.includes(name as Name)));
  return {
    titles: varying.map(titleOf),
    textsOf: (cell) => [
      cellId(cell.ruby, shared(cell)),
      ...varying.map((name) => valueOf(cell.settings, name)),
    ],
  };
}

/** Returns the value of a setting, its standard one where a cell does not set it. */
const valueOf = (settings: Settings, name: Name): string =>
  settings[name] ?? AXES.find((axis) => axis.name === name)?.standard ?? '';

/** Titles a column as people write the setting: `jit`, `oj` of a gem, `RUBYOPT` of a variable. */
function titleOf(name: Name): string {
  const axis = findAxis(name)?.axis;
  return axis?.isNamed === true ? name.slice(axis.name.length + 1) : name;
}
