import type { AxisValues } from '../../domain/cell/configurations.ts';
import type { Settings } from '../../domain/cell/settings.ts';
import { PLAIN_OPTIONS, type PlainOption } from '../../domain/run/plain-options.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { printable } from './printable.ts';
import { COMMAND } from './style.ts';

/** What a command line asks for that is not in the record. */
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
  /** Folder in which heap dumps are to be kept. */
  readonly heapDumps?: string;
  /** The words that call Matrix; by default `matrix`. */
  readonly command?: string;
}

/**
 * Writes the command line that measures a run's script again as it was measured: arguments, loop, files,
 * budget and all.
 */
export function commandLine(
  run: RunRecord,
  { verb, rubies, images = [], variant, settings, explain = false, heapDumps, command = COMMAND }: Asked,
): string {
  const { budgetSeconds, debianPackages, gems, gemfile, args, loopLine, workdirFrom, workdir, config } =
    run.options;
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
    ...PLAIN_OPTIONS.flatMap((option) => plainWords(option, run.options[option.name], run.script.text)),
    ...withoutWords(run),
    ...(loopLine === null ? [] : [`--loop ${loopLine}`]),
    ...(debianPackages.length === 0 ? [] : [`--debian-package ${debianPackages.join(',')}`]),
    ...(verb === 'bisect' ? commitWords(run) : []),
    ...gems.map((gem) => `--gem ${shellWord(gem)}`),
    ...(gemfile === null ? [] : [`--gemfile ${shellWord(gemfile)}`]),
    ...(workdirFrom === null ? [] : [`--workdir-from ${shellWord(workdirFrom)}`]),
    ...(config === null ? [] : [`--config ${shellWord(config)}`]),
    ...(runtime === null ? [] : [`--runtime ${shellWord(runtime)}`]),
    ...Object.entries(axesOf(run, settings)).map(
      ([name, values]) => `--with ${shellWord(`${name}=${values.join(',')}`)}`,
    ),
    ...(explain && verb !== 'explain' ? ['--explain'] : []),
    ...(heapDumps === undefined ? [] : [`--heap-dumps ${shellWord(heapDumps)}`]),
    ...(args.length === 0 ? [] : ['--', ...args.map(shellWord)]),
  ].join(' ');
}

/** The commits of a search, and the gem that is searched. */
function commitWords({ bisect }: RunRecord): readonly string[] {
  if (bisect === null || bisect.commits === null) return [];
  const { source, from, to, firstParent } = bisect.commits;
  return [
    `--commits --source ${shellWord(source)} --from ${shellWord(from)} --to ${shellWord(to)}`,
    ...(firstParent ? ['--first-parent'] : []),
    ...(bisect.gem === null ? [] : [`--gem ${shellWord(bisect.gem)}`]),
  ];
}

/** Selects the axes of the run, or the values of one cell; standard values are left out. */
function axesOf({ options }: RunRecord, settings: Settings | undefined): AxisValues {
  if (settings === undefined) return options.axes;
  const own = Object.entries(settings).filter(([name]) => Object.hasOwn(options.axes, name));
  return Object.fromEntries(own.map(([name, value]) => [name, [value]]));
}

/** Finds the path of the folder whose ruby has this name. */
const folderOf = ({ options }: RunRecord, ruby: string): string | undefined =>
  options.folders.find(({ name }) => name === ruby)?.path;

/** Finds the runtime that was requested; old records have it in their cells only. */
function runtimeOf({ options, cells }: RunRecord): string | null {
  return (
    options.runtime ?? cells.map(({ environment }) => environment?.runtime ?? null).find(Boolean) ?? null
  );
}

/** Writes a plain option; a `no` only where it overruled the script's own comment. */
function plainWords({ word }: PlainOption, value: boolean | number, script: string): readonly string[] {
  if (typeof value === 'number') return value === 0 ? [] : [`--${word} ${value}`];
  if (value) return [`--${word}`];
  const comment = new RegExp(`^[ \\t]*#[ \\t]*matrix:[ \\t]*${word}[ \\t\\r]*$`, 'm');
  return comment.test(script) ? [`--no-${word}`] : [];
}

/** Writes the options for variants without lines; a script's own that were not measured are overruled. */
function withoutWords({
  script,
  options,
  variants,
}: Pick<RunRecord, 'script' | 'options' | 'variants'>): readonly string[] {
  if (options.without.length > 0) return options.without.map((lines) => `--without ${lines}`);
  return !comparesScripts({ variants }) && SAYS_WITHOUT.test(script.text) ? ['--without none'] : [];
}

/** Tells whether several scripts ran, not one with and without some of its lines. */
const comparesScripts = ({ variants }: Pick<RunRecord, 'variants'>): boolean =>
  variants.some(({ without }) => without === null);

const SAYS_WITHOUT = /#[ \t]*matrix:[ \t]*without\b/;

/** The line that is between set-up and body in the text of a run of `-e`. */
const MARKER = '# ---- loop ----\n';

/**
 * Writes the script's path, or `-e` and `--setup` once for each line: several of them are joined as lines.
 */
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
 * Quotes a word for a shell where that is needed; characters that a terminal would not show are escaped
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
