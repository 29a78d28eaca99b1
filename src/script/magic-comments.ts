import { closest, distance } from 'fastest-levenshtein';
import type { Refused, Result } from '../domain/result.ts';
import { orderedPackages, parsePackages } from '../domain/ruby/debian-packages.ts';
import { parseGem } from '../domain/ruby/gems.ts';
import { problemWithValues, type GivenAxis } from '../domain/cell/axis-values.ts';
import { mergedAxes, parseAxis, type AxisValues } from '../domain/cell/configurations.ts';
import { linesText, parseLines, type LineSet } from '../domain/run/line-set.ts';
import type { MeasureOptions, NamedOptions } from '../domain/run/options.ts';
import { PLAIN_OPTIONS, eachPlainWord, type PlainName } from '../domain/run/plain-options.ts';
import { markedLines } from './without-lines.ts';

/**
 * What a script says of itself, so that it is complete without options; null and empty: it says nothing.
 *
 *     # matrix: expect 2.3..2.4.3
 *     # matrix: rubies 2.2..2.5
 *     # matrix: budget 60
 *     # matrix: loop 12
 *     # matrix: at-least 500000
 *     # matrix: gem oj 3.11.8, 3.12.0
 *     # matrix: exact-count
 *     # matrix: keep-sleep
 *     # matrix: debian-package ruby-nokogiri
 *     # matrix: with jit=off,yjit
 *     # matrix: without 12,15..17
 *     # matrix: setup require 'json'
 */
export interface MagicComments {
  /** Selectors, or lists of them with commas. */
  readonly rubies: readonly Located<string>[];
  /** Selectors, lists of them, or `none`. */
  readonly expect: readonly Located<string>[];
  /** How it is to be measured. */
  readonly options: { readonly [K in keyof MeasureOptions]?: Located<MeasureOptions[K]> };
  /** Code that runs once, in the place of its comment. */
  readonly setup: readonly Located<string>[];
}

export interface Located<T> {
  readonly line: number;
  readonly value: T;
}

/** `message` names the line and what would be right there. */
type ReadMagic = Read<MagicComments>;
type Read<T> = Result<T, { readonly line: number }>;

/** A comment on a line of its own; nothing but spaces before it. */
const COMMENT = /^[ \t]*#[ \t]*matrix:[ \t]*(\S*)[ \t]*(.*?)[ \t\r]*$/;
/** The keywords, with an example of their value; null: they take none. */
export const MAGIC_COMMENTS: Readonly<
  Record<string, { readonly example: string | null; readonly meaning: string }>
> = {
  rubies: { example: '2.2..2.5', meaning: 'Rubies that run: selectors, with commas between them.' },
  expect: {
    example: '2.3..2.4.3',
    meaning: 'Exactly these rubies leak, among those that ran; `none`: no ruby.',
  },
  budget: { example: '60', meaning: 'Longest time that each ruby loops, in seconds.' },
  loop: { example: '12', meaning: 'Line of the loop to measure, where the script has several.' },
  ...eachPlainWord(({ number, meaning }) => ({ example: number?.example ?? null, meaning })),
  gem: {
    example: 'oj 3.11.8, 3.12.0',
    meaning: 'A gem to install for the script; several versions: a cell for each.',
  },
  'debian-package': {
    example: 'ruby-nokogiri',
    meaning: 'Debian packages to install beside Debian’s rubies, with commas between them.',
  },
  with: {
    example: 'jit=off,yjit',
    meaning:
      'A cell of each ruby for each of these values: `jit`, `allocator`, `arenas`, `arch`, `ruby-options`, `env.NAME`.',
  },
  without: {
    example: '12,15..17',
    meaning:
      'Lines that the script is also measured without, for comparison; at the end of a line of code, and without a value: that line.',
  },
  setup: { example: "require 'json'", meaning: 'Code that runs once, in the place of its comment.' },
};
const WORDS = Object.keys(MAGIC_COMMENTS);

/** Reads the magic comments of a script, up to `__END__`. Whether a selector matches a ruby is not checked here. */
export function readMagicComments(text: string): ReadMagic {
  const found = new Map<string, Located<string>[]>();
  for (const [index, source] of text.split('\n').entries()) {
    if (/^__END__\r?$/.test(source)) break;
    const match = COMMENT.exec(source);
    if (match === null) continue;
    const [, word = '', value = ''] = match;
    const line = index + 1;
    const known = Object.hasOwn(MAGIC_COMMENTS, word) ? MAGIC_COMMENTS[word] : undefined;
    if (known === undefined) {
      const meant = likelyWord(word);
      if (meant === null) continue; // a comment about something else: posted scripts run as they are
      return wrong(line, `# matrix: ${word} is not known; did you mean ${meant}?`);
    }
    const { example } = known;
    if (example !== null && value === '')
      return wrong(line, `${word} has no value: write # matrix: ${word} ${example}`);
    if (example === null && value !== '')
      return wrong(line, `${word} takes no value, but has ${value}: write # matrix: ${word}`);
    found.set(word, [...(found.get(word) ?? []), { line, value }]);
  }
  return assemble(found, markedLines(text));
}

function assemble(found: ReadonlyMap<string, readonly Located<string>[]>, marked: LineSet): ReadMagic {
  const all = (word: string): readonly Located<string>[] => found.get(word) ?? [];
  const budget = onlyNumber(found, 'budget', /^\d+(\.\d+)?$/, 'give seconds above 0, such as 60');
  if (!budget.ok) return budget;
  const loop = onlyNumber(found, 'loop', /^\d{1,9}$/, 'give the line that the loop begins on');
  if (!loop.ok) return loop;
  const none = all('expect').find((one) => one.value === 'none');
  if (none !== undefined && all('expect').length > 1) {
    return wrong(none.line, 'expect none and another expect contradict each other: keep one of them');
  }
  const plain = readPlain(found);
  if (!plain.ok) return plain;
  const packages = packagesOf(all('debian-package'));
  if (!packages.ok) return packages;
  const gems = all('gem').map(({ line, value }) => ({ line, value: gemText(value) }));
  for (const { line, value } of gems) {
    const read = parseGem(value);
    if (!read.ok) return wrong(line, `gem ${read.message}`);
  }
  const [rubies, expect, setup] = [all('rubies'), all('expect'), all('setup')];
  const axes = readAxes(all('with'));
  if (!axes.ok) return axes;
  const without = readWithout(all('without'), marked);
  if (!without.ok) return without;
  const options = {
    ...plain.value,
    ...(budget.value === null ? {} : { budgetSeconds: budget.value }),
    ...(loop.value === null ? {} : { loopLine: loop.value }),
    ...(gems[0] === undefined ? {} : { gems: { line: gems[0].line, value: gems.map(({ value }) => value) } }),
    ...(packages.value === null ? {} : { debianPackages: packages.value }),
    ...(axes.value === null ? {} : { axes: axes.value }),
    ...(without.value === null ? {} : { without: without.value }),
  };
  return { ok: true, value: { rubies, expect, options, setup } };
}

/** Reads the options that are a yes or no, or a number. */
function readPlain(
  found: ReadonlyMap<string, readonly Located<string>[]>,
): Read<Pick<MagicComments['options'], PlainName>> {
  const options: [PlainName, Located<boolean | number>][] = [];
  for (const { name, word, number: of } of PLAIN_OPTIONS) {
    const [first] = found.get(word) ?? [];
    if (first === undefined) continue;
    if (of === null) {
      options.push([name, { line: first.line, value: true }]);
      continue;
    }
    const read = onlyNumber(found, word, /^\d{1,9}$/, `give ${of.unit}, such as ${of.example}`);
    if (!read.ok) return read;
    if (read.value !== null) options.push([name, read.value]);
  }
  return { ok: true, value: Object.fromEntries(options) };
}

/** Rewrites `oj 3.11.8, 3.12.0` as the option has it: `oj=3.11.8,3.12.0`. */
function gemText(value: string): string {
  const [, name = '', versions = ''] = /^(\S*)\s*(.*)$/.exec(value) ?? [];
  return versions === '' ? name : `${name}=${versions.replaceAll(/\s+/g, '')}`;
}

function readAxes(comments: readonly Located<string>[]): Read<Located<AxisValues> | null> {
  const given: GivenAxis[] = [];
  for (const { line, value } of comments) {
    const axis = parseAxis(value);
    if (axis === null) return wrong(line, `with ${value}: give an axis and its values, such as jit=off,yjit`);
    const problem = problemWithValues(axis);
    if (problem !== null) return wrong(line, problem);
    given.push(axis);
  }
  const [first] = comments;
  return { ok: true, value: first === undefined ? null : { line: first.line, value: mergedAxes(given) } };
}

/** Reads the variants: each comment is one, and so are the marked lines, all of them together. */
function readWithout(
  comments: readonly Located<string>[],
  marked: LineSet,
): Read<Located<readonly string[]> | null> {
  const sets = marked.length === 0 ? [] : [linesText(marked)];
  for (const { line, value } of comments) {
    const lines = parseLines(value);
    if (!lines.ok) return wrong(line, `without: ${lines.message}`);
    sets.push(linesText(lines.value));
  }
  const line = comments[0]?.line ?? marked[0];
  return { ok: true, value: line === undefined ? null : { line, value: [...new Set(sets)] } };
}

/**
 * Reads the measuring options that a script names. The loop is left out: a run names one only where the
 * request does (prepareScript reads the script's own).
 */
export function optionsIn({ options }: MagicComments): NamedOptions {
  const named = Object.entries(options).map(([name, { value }]) => [name, value] as const);
  return Object.fromEntries(named.filter(([name]) => name !== 'loopLine'));
}

function onlyNumber(
  found: ReadonlyMap<string, readonly Located<string>[]>,
  word: string,
  form: RegExp,
  help: string,
): Read<Located<number> | null> {
  const [first, second] = found.get(word) ?? [];
  if (first === undefined) return { ok: true, value: null };
  if (second !== undefined) {
    return wrong(second.line, `${word} is already given at line ${first.line}: keep one of them`);
  }
  const value = form.test(first.value) ? Number(first.value) : NaN;
  return value > 0
    ? { ok: true, value: { line: first.line, value } }
    : wrong(first.line, `${word} ${first.value}: ${help}`);
}

function packagesOf(comments: readonly Located<string>[]): Read<Located<readonly string[]> | null> {
  const names: string[] = [];
  for (const { line, value } of comments) {
    const parsed = parsePackages(value);
    if (!parsed.ok) return wrong(line, `debian-package: ${parsed.message}`);
    names.push(...parsed.value);
  }
  const [first] = comments;
  return {
    ok: true,
    value: first === undefined ? null : { line: first.line, value: orderedPackages(names) },
  };
}

/** Guesses the known word behind a typing mistake; null where none is close. */
function likelyWord(word: string): string | null {
  const near = closest(word.toLowerCase().replace(/[:=]$/, ''), WORDS);
  return word.length > 2 && distance(word.toLowerCase(), near) <= 2 ? near : null;
}

function wrong(line: number, message: string): Refused<{ readonly line: number }> {
  return { ok: false, line, message };
}

/**
 * Replaces set-up comments by their code, so that every line keeps its number. `setupEnd` is where the last
 * one ends, in bytes: what follows is the body of a script without a loop.
 */
export function placeSetup(
  text: string,
  setup: MagicComments['setup'],
): { readonly text: string; readonly setupEnd: number } {
  const last = setup.at(-1);
  if (last === undefined) return { text, setupEnd: 0 };
  const lines = text.split('\n');
  for (const { line, value } of setup) lines[line - 1] = value;
  const before = lines.slice(0, last.line).join('\n');
  return { text: lines.join('\n'), setupEnd: new TextEncoder().encode(before).length };
}
