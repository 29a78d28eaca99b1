import { parseCellId } from '../../../domain/cell/cell-id.ts';
import { PLAIN_OPTIONS } from '../../../domain/run/plain-options.ts';
import type { RunRecord } from '../../../domain/run/record.ts';
import { isPlainRelease } from '../../../domain/ruby/release-order.ts';
import type { Matrix } from '../../../domain/ruby/ruby.ts';
import { releaseSeries } from '../../../domain/ruby/version.ts';
import type { RunForm } from '../model.ts';

/** Fills the form with everything of a run, so that it can be edited and run again. */
export function formOfRun(
  run: RunRecord,
  matrix: Matrix,
): Omit<RunForm, 'basedOn'> & { readonly left: readonly string[] } {
  const { script, variants, options } = run;
  const names = rubiesOf(run);
  const known = new Set(matrix.rubies.map(({ name }) => name));
  const unknown = names.filter((name) => !known.has(name));
  const axes = Object.entries(options.axes);
  const gems = matrix.gems.clients ? options.gems : [];
  const isAllowed = (name: string): boolean => (matrix.clientPackages ?? []).includes(name);
  return {
    script: script.text,
    name: script.name,
    rubies: selectorsOf(new Set(names.filter((name) => known.has(name))), matrix),
    options: {
      budget: options.budgetSeconds === matrix.defaults.budgetSeconds ? '' : String(options.budgetSeconds),
      without: options.without.join('\n'),
      with: axes
        .flatMap(([name, values]) => (isVariable(name) ? [] : values.map((value) => `${name}=${value}`)))
        .join('\n'),
      env: axes
        .flatMap(([name, values]) =>
          isVariable(name) ? [`${name.slice(VARIABLE.length)}=${values.join()}`] : [],
        )
        .join('\n'),
      gem: gems.join(' '),
      gemfile: options.gemfile ?? '',
      'debian-package': options.debianPackages.filter(isAllowed).join(', '),
      loop: options.loopLine === null ? '' : String(options.loopLine),
      ...Object.fromEntries(
        PLAIN_OPTIONS.map(({ name, word }) => [word, options[name] === 0 ? '' : String(options[name])]),
      ),
      explain: String(options.explain),
      bisect: String(options.bisect),
      cache: String(options.cache),
      arg: options.args.join('\n'),
    },
    others: variants.flatMap(({ without, script: other }) =>
      without === null ? [{ name: other.name, script: other.text }] : [],
    ),
    left: [
      ...(unknown.length === 0 ? [] : [`rubies that are not in the matrix (${unknown.join(', ')})`]),
      ...(gems.length === options.gems.length ? [] : [`gems, which this service allows nobody to ask for`]),
      ...options.debianPackages
        .filter((name) => !isAllowed(name))
        .map((name) => `the Debian package ${name}`),
      ...axes
        .filter(([, values]) => values.some(cannotBeTyped))
        .map(([name]) => `values of ${name} that hold a comma`),
      ...(options.args.some((text) => text === '' || /[\r\n]/.test(text))
        ? ['arguments that are empty or hold a line break']
        : []),
    ],
  };
}

const VARIABLE = 'env.';
const isVariable = (name: string): boolean => name.startsWith(VARIABLE);
const cannotBeTyped = (value: string): boolean => /[,\r\n]|^\s|\s$/.test(value);

/** Lists the rubies of a run; of a search all that it might have measured. */
function rubiesOf({ bisect, cells }: RunRecord): readonly string[] {
  const searched = bisect?.candidates.flatMap((id) => parseCellId(id)?.ruby ?? []) ?? [];
  return [...new Set([...searched, ...cells.map(({ ruby }) => ruby)])];
}

/** Names rubies as the form's boxes do: a whole series by its name. */
function selectorsOf(chosen: ReadonlySet<string>, { rubies }: Matrix): readonly string[] {
  const series = [...Map.groupBy(rubies.filter(isPlainRelease), ({ version }) => releaseSeries(version))];
  const whole = series.filter(([, releases]) => releases.every(({ name }) => chosen.has(name)));
  const covered = new Set(whole.flatMap(([, releases]) => releases.map(({ name }) => name)));
  return [...whole.map(([name]) => name), ...[...chosen].filter((name) => !covered.has(name))];
}

/** The form of somebody who has typed nothing yet. */
export const EMPTY_FORM: RunForm = {
  script: '',
  name: '',
  rubies: [],
  options: {},
  others: [],
  basedOn: null,
};
