import { folderTerms } from '../../domain/ruby/ruby-folder.ts';
import type { NamedOptions } from '../../domain/run/options.ts';
import { CommandError } from '../command-error.ts';
import { commitRange, type AskedRange, type RawRange } from './commit-range.ts';
import { parseFailOn, type FailOn } from './fail-on.ts';
import { isOfOneRun, isPicture, type Format } from '../output/formats.ts';
import { namedOptions, type RawMeasureOptions } from './named-options.ts';

/** Options of `matrix run`, `matrix explain` or `matrix compare` as the commander library parsed them. */
export interface RawRunOptions extends RawMeasureOptions, RawRange {
  readonly ruby?: readonly string[];
  readonly image?: readonly string[];
  readonly workdir?: string;
  readonly e?: readonly string[];
  readonly setup?: readonly string[];
  readonly workdirFrom?: string;
  /** A path; false: --no-gemfile. */
  readonly gemfile?: string | boolean;
  readonly exactCount?: boolean;
  readonly jobs?: number;
  readonly format: Format;
  readonly out?: string;
  readonly failOn?: readonly string[];
  readonly expect?: string;
  readonly config?: string;
  readonly runtime?: string;
  readonly heapDumps?: string;
  readonly results: string;
  readonly quiet?: boolean;
  readonly color: boolean;
}

/** Checked options. null and empty lists: not given. */
export interface RunOptions {
  /**
   * Paths of the scripts, at least one (of compared ones the base comes first); or the body given with -e.
   */
  readonly source:
    | { readonly paths: readonly string[] }
    | { readonly compared: readonly string[] }
    | { readonly body: string; readonly setup: string };
  readonly scriptArgs: readonly string[];
  readonly rubies: readonly string[];
  /** Folders with an installed ruby, as they were given. */
  readonly folders: readonly string[];
  /** Images of the user's own, `app:tag` or `app:tag=PATH_OF_RUBY`. */
  readonly images: readonly string[];
  /** Working directory in them; null: their own. */
  readonly workdir: string | null;
  readonly workdirFrom: string | null;
  /** Path of a Gemfile; `beside`: the one that is beside the script, if any; null: none. */
  readonly gemfile: { readonly path: string } | 'beside' | null;
  /** How to measure, as far as the command line says. */
  readonly named: NamedOptions;
  readonly jobs: number | null;
  readonly format: Format;
  readonly out: string | null;
  readonly failOn: FailOn;
  readonly expect: string | null;
  readonly config: string | null;
  /** Sandboxing runtime; null: what matrix.yaml says. */
  readonly runtime: string | null;
  /** Folder for the heap dumps of explained leaks; null: they are not kept. */
  readonly heapDumps: string | null;
  readonly results: string;
  /** With `explain` nothing is expected, and one ruby alone gets another to compare with. */
  readonly command: 'run' | 'explain' | 'compare' | 'bisect';
  /** Commits that are searched; null: releases, or versions of a gem. */
  readonly commits: AskedRange | null;
  readonly quiet: boolean;
  readonly color: boolean;
}

/** Options that a command always sets. */
const ALWAYS: Readonly<Record<RunOptions['command'], NamedOptions>> = {
  run: {},
  compare: {},
  explain: { explain: true },
  bisect: { bisect: true },
};

/**
 * Checks that the options of `matrix run`, `matrix explain` or `matrix compare` fit together.
 * @param scripts what was given before `--`
 * @param scriptArgs what was given after it: the script's ARGV
 * @throws {CommandError} (usage) when they do not
 */
export function checkRunOptions(
  scripts: readonly string[],
  scriptArgs: readonly string[],
  raw: RawRunOptions,
  command: RunOptions['command'] = 'run',
): RunOptions {
  const failOn = parseFailOn(raw.failOn ?? []);
  if (!failOn.ok) throw new CommandError(failOn.message);
  if (failOn.value.never && raw.expect !== undefined) {
    throw new CommandError('--fail-on never and --expect contradict each other: keep one of them');
  }
  const empty = (['workdirFrom', 'out', 'expect', 'config', 'results', 'heapDumps'] as const).find(
    (name) => raw[name] === '',
  );
  if (empty !== undefined) {
    throw new CommandError(
      `--${empty.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)} is empty: give it a value or leave it out`,
    );
  }
  if (raw.workdir !== undefined && raw.image === undefined) {
    throw new CommandError(
      '--workdir is a directory of the image of --image: files beside a script come with --workdir-from',
    );
  }
  const { selectors, folders } = folderTerms(raw.ruby ?? []);
  if (command === 'bisect' && folders.length > 0)
    throw new CommandError(
      `--ruby ${folders[0] ?? ''}: bisect searches among releases, and a folder is none: measure it with matrix run`,
    );
  const commits = commitRange(raw);
  if (commits !== null && raw.image !== undefined)
    throw new CommandError(
      '--image brings a ruby and its gems, and --commits builds them: leave one of them out',
    );
  return {
    source: sourceOf(scripts, raw, command),
    scriptArgs,
    rubies: selectors,
    folders,
    images: [...new Set(raw.image ?? [])],
    workdir: raw.workdir ?? null,
    workdirFrom: raw.workdirFrom ?? null,
    gemfile:
      typeof raw.gemfile === 'string' ? { path: raw.gemfile } : raw.gemfile === false ? null : 'beside',
    // A picture shows what an explanation finds, and so do the dumps that it takes.
    named: {
      ...namedOptions(raw),
      ...ALWAYS[command],
      ...(isPicture(raw.format) || raw.heapDumps !== undefined ? { explain: true } : {}),
    },
    jobs: raw.jobs ?? null,
    format: raw.format,
    out: raw.out ?? null,
    failOn: failOn.value,
    expect: raw.expect ?? null,
    config: raw.config ?? null,
    runtime: raw.runtime ?? null,
    heapDumps: raw.heapDumps ?? null,
    results: raw.results,
    command,
    commits,
    quiet: raw.quiet ?? false,
    color: raw.color,
  };
}

function sourceOf(
  scripts: readonly string[],
  raw: RawRunOptions,
  command: RunOptions['command'],
): RunOptions['source'] {
  const [path] = scripts;
  if (raw.e !== undefined) {
    const clash =
      path ?? CLASHES.find(([name]) => raw[name] !== undefined && raw[name] !== false)?.[1] ?? null;
    if (clash !== null) {
      const why =
        path === undefined ? 'the body of -e is the iteration, whatever it holds' : 'measure one at a time';
      throw new CommandError(`-e and ${clash} contradict each other: ${why}`);
    }
    const body = raw.e.join('\n');
    if (body.trim() === '') throw new CommandError('-e is empty: give it the Ruby code to repeat');
    return { body, setup: (raw.setup ?? []).join('\n') };
  }
  if (raw.setup !== undefined) throw new CommandError('--setup goes with -e: a script holds its own set-up');
  if (path === undefined) {
    throw new CommandError(`no script: matrix ${command} repro.rb, or matrix ${command} -e BODY`);
  }
  if (command === 'compare') return { compared: checkedCompared(scripts, raw) };
  if (scripts.length > 1) checkSeveral(scripts, raw);
  return { paths: scripts };
}

/** Options that do not apply to a body. */
const CLASHES = [
  ['exactCount', '--exact-count'],
  ['loop', '--loop'],
  ['without', '--without'],
] as const;

function checkedCompared(scripts: readonly string[], raw: RawRunOptions): readonly string[] {
  const [path, second] = scripts;
  if (second === undefined)
    throw new CommandError(
      `compare takes two scripts, the base first: matrix compare ${path} other.rb; one script is compared with itself ` +
        `by matrix run ${path} --without LINE, or by two values: --with arenas=1,default`,
    );
  noneTwice(scripts);
  const clash = raw.loop === undefined ? (raw.without === undefined ? null : '--without') : '--loop';
  if (clash !== null) {
    throw new CommandError(
      `${clash} names a line of one script, and compare takes several: leave it out${clash === '--loop' ? ', and write # matrix: loop into each' : ''}`,
    );
  }
  return scripts;
}

function noneTwice(scripts: readonly string[]): void {
  const twice = scripts.find((script, index) => scripts.indexOf(script) !== index);
  if (twice !== undefined) throw new CommandError(`${twice} is given twice: name it once`);
}

/** Checks options that only work with one script. */
function checkSeveral(scripts: readonly string[], raw: RawRunOptions): void {
  noneTwice(scripts);
  const given = `${scripts.length} scripts are given (arguments of a script go after --)`;
  if (raw.loop !== undefined) {
    throw new CommandError(`--loop names a line of one script, and ${given}: write # matrix: loop into each`);
  }
  if (raw.without !== undefined) {
    throw new CommandError(
      `--without names lines of one script, and ${given}: write # matrix: without 12 into each, or compare two with matrix compare`,
    );
  }
  if (isOfOneRun(raw.format)) {
    throw new CommandError(
      `--format ${raw.format} shows one run, and ${given}: render each with matrix report RUN --format ${raw.format}`,
    );
  }
}
