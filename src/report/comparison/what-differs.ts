import { AXES, findAxis } from '../../domain/cell/axes.ts';
import { parseCellId, type CellId } from '../../domain/cell/cell-id.ts';
import { orderedSettings, type Settings } from '../../domain/cell/settings.ts';
import { linesInWords } from '../../domain/run/line-set.ts';
import type { RunRecord } from '../../domain/run/record.ts';

type Scripts = Pick<RunRecord, 'script' | 'variants'>;
type Name = keyof Settings;

/** Names a cell as a base of comparison: `the script as posted`, `arenas=1`, `b.rb`. */
export function whatIsIn(id: CellId, from: CellId, run: Scripts): readonly string[] {
  const [settings, others] = [id, from].map((one) => parseCellId(one)?.settings ?? {}) as [
    Settings,
    Settings,
  ];
  return namesOf(settings, others).map((name) =>
    name === 'script' ? scriptIn(settings.script, run) : valueText(name, settings[name]),
  );
}

/**
 * Describes what one cell has and its base lacks, as the beginning of a sentence: `without line 12`, `with yjit`,
 * `with b.rb`.
 */
export function whatDiffers(id: CellId, base: CellId, run: Scripts): string {
  const [settings, others] = [id, base].map((one) => parseCellId(one)?.settings ?? {}) as [
    Settings,
    Settings,
  ];
  const names = namesOf(settings, others);
  const script = names.includes('script') ? [scriptText(settings.script, others.script, run)] : [];
  const values = names.flatMap((name) => (name === 'script' ? [] : [valueText(name, settings[name])]));
  return [...script, ...(values.length === 0 ? [] : [`with ${values.join(' and ')}`])].join(' and ');
}

/** Lists the settings in which two cells differ, in the order of AXES. */
function namesOf(a: Settings, b: Settings): readonly Name[] {
  const all = Object.keys(orderedSettings({ ...a, ...b })) as Name[];
  return all.filter((name) => a[name] !== b[name]);
}

function scriptIn(script: string | undefined, { script: { name }, variants }: Scripts): string {
  if (script !== undefined) return withoutText(script, variants) ?? script;
  return variants.some(({ without }) => without === null) ? name : 'the script as it is';
}

function scriptText(script: string | undefined, base: string | undefined, run: Scripts): string {
  if (script !== undefined) return withoutText(script, run.variants) ?? `with ${script}`;
  const taken = withoutText(base ?? '', run.variants);
  return taken === null ? `with ${run.script.name}` : `with ${taken.replace('without ', '')}`;
}

function withoutText(script: string, variants: RunRecord['variants']): string | null {
  const lines = variants.find(({ name }) => name === script)?.without;
  return lines === undefined || lines === null ? null : `without ${linesInWords(lines)}`;
}

/**
 * Describes the value of a setting: `yjit`, `arenas=default`, `oj 3.12.0`, `RUBYOPT=-w`; of an absent one the
 * standard value.
 */
function valueText(name: Name, value: string | undefined): string {
  const axis = findAxis(name)?.axis;
  const standard = AXES.find((one) => one.name === name)?.standard ?? null;
  if (value === undefined) return standard === null ? `no ${name}` : `${name}=${standard}`;
  if (axis?.words.includes(value) === true) return value;
  if (axis?.name === 'gem') return `${name.slice('gem.'.length)} ${value}`;
  return `${axis?.name === 'env' ? name.slice('env.'.length) : name}=${value}`;
}
