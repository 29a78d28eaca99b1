import { linesText, parseLines, type LineSet } from './line-set.ts';
import type { Settings } from '../cell/settings.ts';

/** A script beside the main one. */
export interface OtherScript {
  readonly name: string;
  readonly text: string;
  readonly path: string | null;
}

/** Returns the main script without these lines, as a setting: `without-12_15-17`. */
export const withoutName = (lines: LineSet): string =>
  `without-${linesText(lines).replaceAll('..', '-').replaceAll(',', '_')}`;

/** Returns what other scripts are called as settings: by name, or by path where names alone don't tell them apart. */
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

/** Returns what all variants of a script are called, those without lines first. */
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

/** Returns the cells of the main script, and after them those of each variant. */
export const withVariants = (
  settings: readonly Settings[],
  variants: readonly string[],
): readonly Settings[] => settings.flatMap((own) => [own, ...variants.map((script) => ({ ...own, script }))]);
