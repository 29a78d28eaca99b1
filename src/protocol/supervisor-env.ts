import type { MeasureOptions } from '../domain/run/options.ts';
import type { LoopRole, ScriptLoop } from '../domain/loops/script-loop.ts';
import type { ProcessSettings } from '../domain/cell/axis-values.ts';
import type { StretchContext } from '../domain/loops/stretch.ts';
import { WORK_DIRECTORY } from '../domain/loops/work-directory.ts';

/** How a leak is explained: images/prelude/explain.rb. */
export interface ExplainSettings {
  /** `native`: the tracer follows malloc. `objects`: heap dumps. */
  readonly inspects: 'native' | 'objects';
  /** Iterations that the warm-up has at least. */
  readonly leastIterations: number;
  /** Iterations after which the warm-up is over, however short it was; null: the clock decides. */
  readonly enoughIterations: number | null;
  /** Iterations after which the script's loop ends by itself; null where it continues. */
  readonly mostIterations: number | null;
  /** Also report places that allocate memory and free all of it. */
  readonly everything: boolean;
  /** Also count new objects by class and line; where heap dumps are written they always are. */
  readonly countsObjects: boolean;
  /** Position of the loop whose iterations count. */
  readonly unit: number;
}

/** The one loop that a container measures, in one context; empty parts of the context match any. */
export interface Focus {
  readonly site: number;
  readonly context: StretchContext;
}

export interface SupervisorSettings {
  /** Path of the ruby inside the image. */
  readonly ruby: string;
  /** Options before the script's name, and variables of its environment; null removes one of ours. */
  readonly process: ProcessSettings;
  /** File name of the script, in the working directory. */
  readonly script: string;
  /** Directory of the user's own image that it runs in instead; null: where its files are. */
  readonly directory: string | null;
  readonly args: readonly string[];
  readonly startSeconds: number;
  /**
   * Options; the budget counts looping from the first checkpoint or, where a leak is explained, time without
   * output.
   */
  readonly options: Pick<MeasureOptions, 'budgetSeconds' | 'exactCount' | 'keepSleep'>;
  readonly outputBytes: number;
  /** The script's loops, in the order in which it was rewritten. */
  readonly loops: readonly ScriptLoop[];
  /** null: every loop in turn, as written but for the last. */
  readonly focus: Focus | null;
  /**
   * Every other checkpoint falls inside an iteration of the outermost loop, to distinguish the loops inside.
   */
  readonly readsInside: boolean;
  /**
   * Seconds after which a loop is ended so that later ones can run, where it runs as written; null: never.
   */
  readonly shareSeconds: number | null;
  /** Read `ObjectSpace.memsize_of_all` at each checkpoint: distinguishes growing objects from lost memory. */
  readonly memsize: boolean;
  /** Seed of the checkpoints' jitter. */
  readonly seed: number;
  /** Distance of the checkpoints, in per cent of the usual. */
  readonly spacingPercent: number;
  /**
   * Whether the allocator is trimmed before resident memory is read: not where the point is what it keeps.
   */
  readonly trims: boolean;
  /** null in every container that measures. */
  readonly explain: ExplainSettings | null;
}

/**
 * Encodes settings as variables for images/supervisor. They become the environment of the script, in which the prelude
 * reads its part and clears all that begin with `MATRIX_`.
 *
 * @example
 * supervisorEnv(settings)['MATRIX_PRELUDE'] // such as 'seed=7 spacing=100 loops=dC keep-sleep'
 */
export function supervisorEnv(settings: SupervisorSettings): Readonly<Record<string, string>> {
  const prelude = [
    `seed=${settings.seed}`,
    `spacing=${settings.spacingPercent}`,
    `loops=${settings.loops.map(letterOf).join('')}`,
    ...focusSettings(settings.focus),
    ...(settings.readsInside ? ['inner'] : []),
    ...(settings.shareSeconds === null ? [] : [`share=${wholeMs(settings.shareSeconds)}`]),
    ...(settings.options.keepSleep ? ['keep-sleep'] : []),
    ...(settings.options.exactCount ? ['exact'] : []),
    ...(settings.memsize ? ['memsize'] : []),
    ...explainOptions(settings.explain),
  ];
  return {
    MATRIX_WORKDIR: WORK_DIRECTORY,
    MATRIX_RUBY: settings.ruby,
    MATRIX_FLAGC: String(settings.process.flags.length),
    ...Object.fromEntries(settings.process.flags.map((flag, i) => [`MATRIX_FLAG_${i}`, flag])),
    ...placeOf(settings),
    MATRIX_ARGC: String(settings.args.length),
    ...Object.fromEntries(settings.args.map((arg, i) => [`MATRIX_ARG_${i}`, arg])),
    MATRIX_START_MS: wholeMs(settings.startSeconds),
    MATRIX_BUDGET_MS: wholeMs(settings.options.budgetSeconds),
    MATRIX_OUTPUT_BYTES: String(settings.outputBytes),
    MATRIX_PRELUDE: prelude.join(' '),
    ...(settings.explain === null ? {} : { MATRIX_EXPLAIN: '1' }),
    // One arena: with more, the allocating thread decides where memory comes from, and freed memory is not shared.
    ...own({ MALLOC_ARENA_MAX: '1', ...settings.process.environment }),
    ...(settings.trims ? {} : { MATRIX_TRIM: '0' }),
    HOME: '/home/matrix/work',
  };
}

/** Selects variables with a value. */
const own = (variables: Readonly<Record<string, string | null>>): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(variables).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );

/** Names the script to run: by its whole path where it runs in another directory than its files. */
function placeOf({ script, directory }: SupervisorSettings): Readonly<Record<string, string>> {
  return directory === null
    ? { MATRIX_SCRIPT: script }
    : { MATRIX_SCRIPT: `${WORK_DIRECTORY}/${script}`, MATRIX_DIRECTORY: directory };
}

/** Letters of loops that can continue past the script's own count, and of those that can't. */
const CONTINUES: Record<LoopRole, string> = { driven: 'd', counted: 'c', collecting: 'k', rounds: 'r' };
const AS_WRITTEN: Record<LoopRole, string> = { driven: 'd', counted: 'w', collecting: 'm', rounds: 'e' };

/** Chooses the prelude's letter for a loop; a capital letter: it may also continue beside the others. */
function letterOf({ role, final, canContinue }: ScriptLoop): string {
  const letter = (canContinue ? CONTINUES : AS_WRITTEN)[role];
  return final && canContinue ? letter.toUpperCase() : letter;
}

function focusSettings(focus: Focus | null): readonly string[] {
  if (focus === null) return [];
  const { method, line, rounds } = focus.context;
  const bytes = new TextEncoder().encode([method, line, rounds].join('\0'));
  return [`focus=${focus.site}`, `context=${btoa(String.fromCharCode(...bytes))}`];
}

/** Rounds seconds, since the supervisor reads integers. */
function wholeMs(seconds: number): string {
  return String(Math.max(1, Math.round(seconds * 1000)));
}

function explainOptions(explain: ExplainSettings | null): readonly string[] {
  if (explain === null) return [];
  const { inspects, leastIterations, enoughIterations, mostIterations, everything, unit, countsObjects } =
    explain;
  return [
    `explain=${inspects}`,
    `unit=${unit}`,
    `least=${leastIterations}`,
    ...(enoughIterations === null ? [] : [`enough=${enoughIterations}`]),
    ...(mostIterations === null ? [] : [`most=${mostIterations}`]),
    ...(everything ? ['everything'] : []),
    ...(countsObjects ? ['objects'] : []),
  ];
}
