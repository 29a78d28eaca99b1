import { chosenOptions, type MeasureOptions } from '../../domain/run/options.ts';
import type { OtherScript } from '../../domain/run/script-variant.ts';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import { selectRubies } from '../../domain/ruby/selector.ts';
import {
  optionsIn,
  readMagicComments,
  type Located,
  type MagicComments,
} from '../../script/magic-comments.ts';
import { CommandError } from '../command-error.ts';
import { readBody, readScriptFile, withGemFiles, type ReadSource } from './run-request.ts';
import type { RunOptions } from '../options/run-options.ts';

/** A value and where it was written: `--ruby`, or `repro.rb:3: rubies`. Messages begin with the place. */
export interface WithOrigin<T> {
  readonly value: T;
  readonly origin: string;
}

/**
 * One script of the command line as it was read, with its magic comments applied where no option says
 * otherwise.
 */
export interface ScriptPlan extends ReadSource {
  /** Path as it was given, or `-e`. */
  readonly path: string;
  /** Scripts that it is compared with. */
  readonly others: readonly OtherScript[];
  readonly rubies: readonly WithOrigin<string>[];
  readonly expect: readonly WithOrigin<string>[];
  readonly options: MeasureOptions;
}

/**
 * Reads every script and checks it completely before anything is measured.
 * @throws {CommandError}
 */
export async function planScripts(options: RunOptions, matrix: Matrix): Promise<readonly ScriptPlan[]> {
  const { limits } = matrix;
  if ('body' in options.source) {
    const { body, setup } = options.source;
    const source = await readBody(body, setup, options.workdirFrom, limits.scriptKiB);
    return [await withGems(planned('-e', source, NO_COMMENTS, options, matrix), null, options)];
  }
  const plans: ScriptPlan[] = [];
  const { source: asked } = options;
  for (const path of 'paths' in asked ? asked.paths : asked.compared) {
    const source = await readScriptFile(path, options, limits.scriptKiB);
    const comments = readMagicComments(source.script?.text ?? '');
    if (!comments.ok) throw new CommandError(`${path}:${comments.line}: ${comments.message}`, 'bad-comment');
    plans.push(await withGems(planned(path, source, comments.value, options, matrix), path, options));
  }
  return 'compared' in asked ? compared(plans) : plans;
}

/** Combines the first script and those compared with it. Its magic comments hold for all of them. */
function compared([base, ...others]: readonly ScriptPlan[]): readonly ScriptPlan[] {
  if (base === undefined) return [];
  const otherScripts = others.flatMap(({ path, script }) =>
    script === null ? [] : [{ name: script.name, text: script.text, path }],
  );
  // Several scripts are compared: `without` lines of one of them are ignored.
  return [{ ...base, others: otherScripts, options: { ...base.options, without: [] } }];
}

/**
 * Selects the rubies that selectors choose; null where there are no selectors.
 * @throws {CommandError}
 */
export function chosenBy(selectors: readonly WithOrigin<string>[], matrix: Matrix): readonly Ruby[] | null {
  if (selectors.length === 0) return null;
  for (const { value, origin } of selectors) {
    const one = selectRubies(matrix, [value]);
    if (!one.ok) throw new CommandError(`${origin}: ${one.message}`, 'unknown-ruby');
  }
  const all = selectRubies(
    matrix,
    selectors.map((one) => one.value),
  );
  return all.ok ? all.value : [];
}

/** Takes the values of magic comments, with the line each is on. */
export function fromComments<T>(
  path: string,
  word: string,
  values: readonly Located<T>[],
): readonly WithOrigin<T>[] {
  return values.map(({ value, line }) => ({ value, origin: `${path}:${line}: ${word}` }));
}

/** Adds the files that its gems come from to the plan. */
async function withGems(plan: ScriptPlan, path: string | null, run: RunOptions): Promise<ScriptPlan> {
  const { files, gems, gemfile } = await withGemFiles(plan, path, run, plan.options);
  return { ...plan, files, options: { ...plan.options, gems, gemfile } };
}

const NO_COMMENTS: MagicComments = {
  rubies: [],
  expect: [],
  options: {},
  setup: [],
};

function planned(
  path: string,
  source: ReadSource,
  magic: MagicComments,
  options: RunOptions,
  matrix: Matrix,
): ScriptPlan {
  const { maxBudgetSeconds } = matrix.limits;
  const { budgetSeconds } = options.named;
  const comments = magic.options.budgetSeconds;
  const [asked] =
    budgetSeconds === undefined
      ? fromComments(path, 'budget', comments === undefined ? [] : [comments])
      : [{ value: budgetSeconds, origin: '--budget' }];
  if (asked !== undefined && asked.value > maxBudgetSeconds) {
    throw new CommandError(
      `${asked.origin} ${asked.value}: the longest that may be asked for is ${maxBudgetSeconds} seconds ` +
        '(limits.maxBudgetSeconds in matrix.yaml)',
      'over-limit',
    );
  }
  return {
    ...source,
    path,
    others: [],
    options: chosenOptions(matrix.defaults, options.named, optionsIn(magic)),
    rubies:
      options.rubies.length > 0
        ? options.rubies.map((value) => ({ value, origin: '--ruby' }))
        : fromComments(path, 'rubies', magic.rubies),
    expect: expectedBy(options, path, magic),
  };
}

/** Chooses what is expected of the run; nothing for `explain`. */
function expectedBy(
  { command, expect }: RunOptions,
  path: string,
  magic: MagicComments,
): readonly WithOrigin<string>[] {
  if (command === 'explain' || command === 'bisect') return [];
  return expect === null
    ? fromComments(path, 'expect', magic.expect)
    : [{ value: expect, origin: '--expect' }];
}
