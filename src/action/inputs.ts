import { parseImage } from '../domain/ruby/own-image.ts';
import { orderedPackages, parsePackages } from '../domain/ruby/debian-packages.ts';
import { mergedAxes, parseAxis, type AxisValues } from '../domain/cell/configurations.ts';
import { linesText, parseLines } from '../domain/run/line-set.ts';
import type { NamedOptions } from '../domain/run/options.ts';
import { eachPlain, type PlainOption } from '../domain/run/plain-options.ts';

/** The inputs of a workflow; null and empty: not given. */
export interface Inputs {
  /** Patterns of script paths. */
  readonly scripts: readonly string[];
  /** Paths of scripts that the one script is compared with. */
  readonly compareWith: readonly string[];
  readonly rubies: readonly string[];
  /** Images of the user's own, beside or instead of rubies. */
  readonly images: readonly string[];
  readonly config: string | null;
  /** Folder whose files are put beside the script. */
  readonly workdirFrom: string | null;
  /** Path of a Gemfile; `false`: without the one beside the script. */
  readonly gemfile: string | null;
  /** How to measure, as far as the workflow says. */
  readonly options: NamedOptions;
  readonly failOn: readonly string[];
  readonly expect: string | null;
  readonly comment: boolean;
  readonly serverUrl: URL | null;
  /** Of the service. */
  readonly token: string | null;
  /** For the comment. */
  readonly githubToken: string | null;
}

/** Thrown for an input that cannot be used. `message` says what to change. */
export class InputError extends Error {
  override readonly name = 'InputError';
}

/**
 * Reads the inputs of action.yml.
 * @throws {InputError} which names the input
 */
export function readInputs(input: (name: string) => string): Inputs {
  const text = (name: string): string | null => input(name).trim() || null;
  const lines = (name: string): readonly string[] =>
    input(name)
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== '');
  const scripts = lines('script');
  if (scripts.length === 0) {
    throw new InputError('script: give the path of a Ruby script, or a pattern such as repros/*.rb');
  }
  const images = lines('image');
  for (const image of images) {
    if (parseImage(image) === null)
      throw new InputError(
        `image ${image}: give an image, and the path of its ruby if its PATH finds none: app:1=/opt/ruby/bin/ruby`,
      );
    if (text('server-url') !== null)
      throw new InputError(
        `image ${image}: a service measures the rubies of its own matrix: leave server-url out`,
      );
  }
  return {
    scripts,
    compareWith: lines('compare-with'),
    rubies: lines('rubies'),
    gemfile: text('gemfile'),
    images,
    config: text('config'),
    workdirFrom: text('workdir-from'),
    options: {
      budgetSeconds: seconds(text('budget')),
      bisect: yesOrNo('bisect', text('bisect')),
      explain: yesOrNo('explain', text('explain')),
      cache: noCache(text('no-cache')),
      ...plain(text),
      gems: list(lines('gems')),
      debianPackages: packages(lines('debian-package')),
      axes: axes(lines('with')),
      without: lineSets(lines('without')),
    },
    failOn: lines('fail-on'),
    expect: lines('expect').join(',') || null,
    comment: yesOrNo('comment', text('comment')) ?? false,
    serverUrl: url(text('server-url')),
    token: text('token'),
    githubToken: text('github-token'),
  };
}

/** Reads from `no-cache` whether earlier results may be reused; undefined where the input was not given. */
function noCache(value: string | null): boolean | undefined {
  const isOff = yesOrNo('no-cache', value);
  return isOff === undefined ? undefined : !isOff;
}

const list = (values: readonly string[]): readonly string[] | undefined =>
  values.length === 0 ? undefined : values;

function packages(lists: readonly string[]): readonly string[] | undefined {
  if (lists.length === 0) return undefined;
  const parsed = parsePackages(lists.join(','));
  if (parsed.ok) return orderedPackages(parsed.value);
  throw new InputError(`debian-package: ${parsed.message}`);
}

function axes(lines: readonly string[]): AxisValues | undefined {
  if (lines.length === 0) return undefined;
  return mergedAxes(
    lines.map((line) => {
      const given = parseAxis(line);
      if (given === null)
        throw new InputError(
          `with: ${line} names no values; write an axis and its values, such as jit=off,yjit`,
        );
      return given;
    }),
  );
}

function lineSets(lines: readonly string[]): readonly string[] | undefined {
  return list(
    lines.map((text) => {
      const read = parseLines(text);
      if (!read.ok) throw new InputError(`without: ${read.message}`);
      return linesText(read.value);
    }),
  );
}

function seconds(value: string | null): number | undefined {
  if (value === null) return undefined;
  const number = /^\d+(\.\d+)?$/.test(value) ? Number(value) : NaN;
  if (number > 0) return number;
  throw new InputError(`budget ${value}: give seconds above 0, such as 30`);
}

/** Reads the options that are a yes or no, or a number. */
const plain = (text: (name: string) => string | null): NamedOptions =>
  eachPlain(({ word, number }) =>
    number === null ? yesOrNo(word, text(word)) : whole(word, text(word), number),
  ) as NamedOptions;

function whole(
  name: string,
  value: string | null,
  { unit, example }: NonNullable<PlainOption['number']>,
): number | undefined {
  if (value === null) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number > 0) return number;
  throw new InputError(`${name} ${value}: give ${unit}, such as ${example}`);
}

function yesOrNo(name: string, value: string | null): boolean | undefined {
  if (value === null) return undefined;
  if (value.toLowerCase() === 'false') return false;
  if (value.toLowerCase() === 'true') return true;
  throw new InputError(`${name} ${value}: give true or false`);
}

function url(value: string | null): URL | null {
  if (value === null) return null;
  const parsed = URL.parse(value);
  if (parsed !== null && /^https?:$/.test(parsed.protocol)) return parsed;
  throw new InputError(
    `server-url ${value}: give the address of a service, such as https://matrix.example.org`,
  );
}
