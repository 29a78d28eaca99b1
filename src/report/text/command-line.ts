import type { AxisValues } from '../../domain/cell/configurations.ts';
import type { Settings } from '../../domain/cell/settings.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { printable } from './printable.ts';
import { COMMAND } from './style.ts';

/** Parts of a command line that are not in the record. */
export interface Asked {
  readonly verb: 'run' | 'explain' | 'bisect';
  /** Selectors for `--ruby`. */
  readonly rubies: readonly string[];
  /** Images of the user's own, as the run named them. */
  readonly images?: readonly string[];
  /** Name of the only variant to run; none: all of them. */
  readonly variant?: string | undefined;
  /** Settings of the one cell that is meant; none: all that were asked for. */
  readonly settings?: Settings | undefined;
  /** Name what leaks as well; `matrix explain` always does. */
  readonly explain?: boolean;
  /** The words that call Matrix; `matrix` where nothing else is said. */
  readonly command?: string;
}

/**
 * Returns the command line that measures a run's script again as it was measured: arguments, loop, files, budget and
 * all.
 */
export function commandLine(
  run: RunRecord,
  { verb, rubies, images = [], variant, settings, explain = false, command = COMMAND }: Asked,
): string {
  const {
    budgetSeconds,
    exactCount,
    keepSleep,
    debianPackages,
    gems,
    gemfile,
    args,
    loopLine,
    leastIterations,
    workdirFrom,
    workdir,
    config,
  } = run.options;
  const runtime = runtimeOf(run);
  return [
    command,
    comparesScripts(run) && verb === 'run' ? 'compare' : verb,
    ...sourceWords(run, verb, variant),
    ...(rubies.length === 0
      ? []
      : [`--ruby ${shellWord(rubies.map((name) => folderOf(run, name) ?? name).join(','))}`]),
    ...images.map((image) => `--image ${shellWord(image)}`),
    ...(images.length === 0 || workdir === null ? [] : [`--workdir ${shellWord(workdir)}`]),
    `--budget ${budgetSeconds}`,
    ...(exactCount ? ['--exact-count'] : []),
    ...(keepSleep ? ['--keep-sleep'] : SAYS_KEEP_SLEEP.test(run.script.text) ? ['--no-keep-sleep'] : []),
    ...withoutWords(run),
    ...(loopLine === null ? [] : [`--loop ${loopLine}`]),
    ...(leastIterations === 0 ? [] : [`--at-least ${leastIterations}`]),
    ...(debianPackages.length === 0 ? [] : [`--debian-package ${debianPackages.join(',')}`]),
    ...gems.map((gem) => `--gem ${shellWord(gem)}`),
    ...(gemfile === null ? [] : [`--gemfile ${shellWord(gemfile)}`]),
    ...(workdirFrom === null ? [] : [`--workdir-from ${shellWord(workdirFrom)}`]),
    ...(config === null ? [] : [`--config ${shellWord(config)}`]),
    ...(runtime === null ? [] : [`--runtime ${shellWord(runtime)}`]),
    ...Object.entries(axesOf(run, settings)).map(
      ([name, values]) => `--with ${shellWord(`${name}=${values.join(',')}`)}`,
    ),
    ...(explain && verb === 'run' ? ['--explain'] : []),
    ...(args.length === 0 ? [] : ['--', ...args.map(shellWord)]),
  ].join(' ');
}

/** Returns the axes of the run, or what one cell has of them; what every cell has that says nothing is left out. */
function axesOf({ options }: RunRecord, settings: Settings | undefined): AxisValues {
  if (settings === undefined) return options.axes;
  const own = Object.entries(settings).filter(([name]) => Object.hasOwn(options.axes, name));
  return Object.fromEntries(own.map(([name, value]) => [name, [value]]));
}

/** Returns the path of the folder whose ruby is called so. */
const folderOf = ({ options }: RunRecord, ruby: string): string | undefined =>
  options.folders.find(({ name }) => name === ruby)?.path;

/** Returns the runtime that was requested; records of before it was kept have it in their cells. */
function runtimeOf({ options, cells }: RunRecord): string | null {
  return (
    options.runtime ?? cells.map(({ environment }) => environment?.runtime ?? null).find(Boolean) ?? null
  );
}

/** A script that asks for its sleeps to be kept, and was overruled. */
const SAYS_KEEP_SLEEP = /^[ \t]*#[ \t]*matrix:[ \t]*keep-sleep[ \t\r]*$/m;

/** Variants without lines; where the script asks for some that were not measured, that is overruled. */
function withoutWords({
  script,
  options,
  variants,
}: Pick<RunRecord, 'script' | 'options' | 'variants'>): readonly string[] {
  if (options.without.length > 0) return options.without.map((lines) => `--without ${lines}`);
  return !comparesScripts({ variants }) && SAYS_WITHOUT.test(script.text) ? ['--without none'] : [];
}

/** Returns whether several scripts ran, not one with and without some of its lines. */
const comparesScripts = ({ variants }: Pick<RunRecord, 'variants'>): boolean =>
  variants.some(({ without }) => without === null);

const SAYS_WITHOUT = /#[ \t]*matrix:[ \t]*without\b/;

/** The line that is between set-up and body in the text of a run of `-e`. */
const MARKER = '# ---- loop ----\n';

/** Returns a path, or `-e` and `--setup` once for each line: `-e` takes what it is given more than once as lines. */
function sourceWords(
  { script, variants, options }: RunRecord,
  verb: Asked['verb'],
  variant: string | undefined,
): readonly string[] {
  const others = variants.filter(({ without }) => without === null);
  const alone = others.find(({ name }) => name === variant);
  if (alone !== undefined) return [pathWord(alone.path ?? alone.script.name)];
  if (script.name !== '-e')
    return [
      pathWord(options.path ?? script.name),
      ...(verb === 'explain' ? [] : others.map((other) => pathWord(other.path ?? other.script.name))),
    ];
  const at = script.text.indexOf(MARKER);
  const setup = script.text.slice(0, Math.max(0, at)).replace(/\n$/, '');
  const body = script.text.slice(at < 0 ? 0 : at + MARKER.length).replace(/\n$/, '');
  return [
    ...body.split('\n').map((line) => `-e ${shellWord(line)}`),
    ...(setup === '' ? [] : setup.split('\n').map((line) => `--setup ${shellWord(line)}`)),
  ];
}

/** Prefixes a path that begins with a dash, which would be read as an option. */
const pathWord = (path: string): string => shellWord(path.startsWith('-') ? `./${path}` : path);

const encoder = new TextEncoder();

/**
 * Returns the word as a shell takes it, quoted where it must be; what a terminal would not show as it is, is escaped
 * (`$'…'`, which bash, zsh and ksh read).
 */
export function shellWord(word: string): string {
  const text = word.toWellFormed();
  if (/^[\w@%+:,./][\w@%+=:,./-]*$/.test(text) || /^-+[\w@%+=:,./-]*$/.test(text)) return text;
  if (printable(text) === text) return `'${text.replaceAll("'", String.raw`'\''`)}'`;
  return `$'${Array.from(text, escaped).join('')}'`;
}

function escaped(char: string): string {
  if (char === "'" || char === '\\') return `\\${char}`;
  if (printable(char) === char) return char;
  return Array.from(encoder.encode(char), (byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}
