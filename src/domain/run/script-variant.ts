import { linesText, parseLines, type LineSet } from './line-set.ts';
import type { CellRecord, RunRecord } from './record.ts';
import type { Settings } from '../cell/settings.ts';

/** A script beside the main one. */
export interface OtherScript {
  readonly name: string;
  readonly text: string;
  readonly path: string | null;
}

/** Finds the script that a cell of a run is of: the main one, or a variant. */
export const scriptOf = (
  { script, variants }: Pick<RunRecord, 'script' | 'variants'>,
  { settings }: Pick<CellRecord, 'settings'>,
): RunRecord['script'] => variants.find(({ name }) => name === settings.script)?.script ?? script;

/** Names the main script without these lines, as a setting: `without-12_15-17`. */
export const withoutName = (lines: LineSet): string =>
  `without-${linesText(lines).replaceAll('..', '-').replaceAll(',', '_')}`;

/** Names other scripts as settings: by name, or by path where names alone are ambiguous. */
export function otherNames(main: string, others: readonly OtherScript[]): readonly string[] {
  const names = [main, ...others.map(({ name }) => name)];
  const taken = new Set<string>();
  return others.map(({ name, path }) => {
    const isPlain = names.filter((one) => one === name).length === 1;
    const base = (isPlain ? name : (path ?? name)).replaceAll('/', ':').replace(/^[.:]+(?=.)/, '') || 'b.rb';
    let free = base;
    for (let nth = 2; taken.has(free); nth += 1) free = `${base}-${nth}`;
    taken.add(free);
    return free;
  });
}

/** Names all variants of a script, those without lines first. */
export const variantNames = (
  main: string,
  others: readonly OtherScript[],
  without: readonly string[],
): readonly string[] => [
  ...without.flatMap((text) => {
    const lines = parseLines(text);
    return lines.ok ? [withoutName(lines.value)] : [];
  }),
  ...otherNames(main, others),
];

/** Adds the cells of each variant after those of the main script. */
export const withVariants = (
  settings: readonly Settings[],
  variants: readonly string[],
): readonly Settings[] => settings.flatMap((own) => [own, ...variants.map((script) => ({ ...own, script }))]);
