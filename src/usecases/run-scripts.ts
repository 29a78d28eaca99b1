import { availableParallelism } from 'node:os';
import type { Configuration } from '../domain/cell/configuration.ts';
import { configurationsOf } from '../domain/cell/configurations.ts';
import { debiansRubies, hasDebianPackage, rubiesWithPackages } from '../domain/ruby/debian-packages.ts';
import type { AskedFolder } from '../domain/ruby/ruby-folder.ts';
import type { RunEvent } from '../domain/run/event.ts';
import type { RunRecord } from '../domain/run/record.ts';
import { variantNames, withVariants } from '../domain/run/script-variant.ts';
import type { Matrix, Ruby } from '../domain/ruby/ruby.ts';
import type { StoredTrace } from '../domain/measurement/sample.ts';
import { readGems } from '../engine/plan/asked-gems.ts';
import { searchesGem, withGemVersions } from '../engine/plan/gem-ranges.ts';
import { isAvailable } from '../engine/ruby-presence.ts';
import { RequestError, type AskedCommits } from '../engine/plan/run-request.ts';
import { CommandError, EXIT, type ExitCode } from './command-error.ts';
import { matrixOf, withRuntime } from './config.ts';
import { defaultRubies, type ChosenRubies, type Offline } from './rubies/default-rubies.ts';
import type { Deps, EngineAccess, RunParts } from './deps.ts';
import { parseExpectation, type Expectation } from './expect/expectation.ts';
import { onInterrupt } from './interrupt.ts';
import { checkRun } from './expect/check-run.ts';
import { withComparisonRuby } from './rubies/comparison-ruby.ts';
import { progressFor } from './progress/choose.ts';
import { resolveFolders } from './rubies/resolve-folders.ts';
import { commitsToSearch } from './rubies/searched-commits.ts';
import { searchedRubies } from './rubies/searched-rubies.ts';
import { resolveImages } from './rubies/resolve-images.ts';
import { resultsFolder } from './results-folder.ts';
import type { AskedRange } from './options/commit-range.ts';
import type { RunOptions } from './options/run-options.ts';
import { chosenBy, planScripts, type ScriptPlan } from './scripts/script-plan.ts';

/** Result of one script of the command line. */
export interface ScriptOutcome {
  /** Path as it was given, or `-e`. */
  readonly path: string;
  /** null where the script could not be run at all; `problems` says why. */
  readonly run: RunRecord | null;
  readonly traces: readonly StoredTrace[];
  /** Problems, a line each: differences from an expectation, a bad script. */
  readonly problems: readonly string[];
  readonly exitCode: ExitCode;
}

export interface RunHooks {
  /** Called once when all input is valid, before anything is measured. May throw. */
  begin(): void;
  event(event: RunEvent): void;
}

/** A script with its rubies, ready to be measured. */
interface Ready extends ChosenRubies {
  readonly plan: ScriptPlan;
  /** Names of rubies that cannot be measured here; a search works around them. */
  readonly unavailable: readonly string[];
  /** Cells of the user's own images. */
  readonly images: readonly Configuration[];
  /** Folders with an installed ruby. */
  readonly folders: readonly AskedFolder[];
  readonly expected: Expectation | null;
  /** Commits that are searched; absent where none are. */
  readonly commits?: AskedCommits | null;
}

/**
 * Measures every script of the command line, one after the other.
 * @throws {CommandError} before anything is measured
 */
export async function runScripts(
  options: RunOptions,
  deps: Deps,
  hooks: RunHooks,
): Promise<readonly ScriptOutcome[]> {
  const matrix = withRuntime(await matrixOf(deps, options.config), options.runtime);
  const plans = await planScripts(options, matrix);
  const { images: namedImages, folders: namedFolders } = options;
  const hasOwn = namedImages.length + namedFolders.length > 0;
  const ownAlone = hasOwn && options.rubies.length === 0;
  const chosenFor = plans.map((plan) => ({ plan, rubies: ownAlone ? [] : chosenBy(plan.rubies, matrix) }));
  if (!hasOwn)
    for (const { plan, rubies } of chosenFor) if (rubies !== null) expectationOf(plan, matrix, rubies, []);
  const store = await deps.openStore(await resultsFolder(options.results));
  const engine = await deps.connect(matrix.runtime, { toMeasure: true });
  const named = await Promise.all(
    chosenFor.map(async ({ plan, rubies }) => ({ plan: await withVersions(plan, matrix, engine), rubies })),
  );
  const images = await resolveImages(options, engine, deps.streams);
  const folders = await resolveFolders(options, matrix, engine, deps.streams);
  const isOpen = named.some(
    ({ rubies, plan }) => rubies === null && plan.options.debianPackages.length === 0 && !plan.options.bisect,
  );
  const atHand = isOpen ? await rubiesAtHand(matrix, engine) : NONE;
  // Several cells of one ruby are compared with each other.
  const isAlone =
    options.command === 'explain' &&
    folders.rubies.length === 0 &&
    named.some(({ plan, rubies }) => rubies?.length === 1 && cellsOf(plan, rubies, matrix).length === 1);
  const presence = isAlone ? await engine.inventory(matrix.rubies) : null;
  const ready: Ready[] = [];
  for (const { plan, rubies } of named) {
    const { debianPackages, bisect } = plan.options;
    if (bisect) {
      const among =
        debianPackages.length > 0 && rubies === null ? debiansRubies(matrix.rubies).rubies : rubies;
      if (options.commits !== null) {
        ready.push(
          await readyForCommits(plan, rubies, { ...options, range: options.commits }, matrix, engine, deps),
        );
        continue;
      }
      const search = { named: among, isForGem: searchesGem(plan.options.gems) };
      const searched = await searchedRubies(search, matrix, (asked) => outOfReach(asked, engine));
      ready.push({ plan, ...searched, notes: [], images, folders: [], expected: null });
      continue;
    }
    const usual = debianPackages.length > 0 ? debiansRubies(matrix.rubies) : atHand;
    const asked = rubies === null ? usual : { rubies, notes: [] };
    checkPackages([...asked.rubies, ...folders.rubies], debianPackages, ownAlone);
    const among =
      debianPackages.length > 0 ? { ...matrix, rubies: matrix.rubies.filter(hasDebianPackage) } : matrix;
    const chosen = presence === null ? asked : withComparisonRuby(asked, among, presence);
    const rubiesOfAll = [...chosen.rubies, ...folders.rubies];
    const notes = [...chosen.notes, ...folders.notes];
    const expected = expectationOf(plan, matrix, rubiesOfAll, images);
    const own = { images, folders: folders.asked };
    ready.push({ plan, rubies: rubiesOfAll, notes, unavailable: [], ...own, expected });
  }
  hooks.begin();
  // Beside the first cell; what goes wrong with the engine is told by the cells.
  const swept = engine.sweep().catch(() => null);

  const progress = progressFor(deps.streams, options, () => deps.clock.now());
  using interrupt = onInterrupt(
    () => progress.say('stopping: what was measured is kept; Ctrl-C again ends at once'),
    () => process.exit(EXIT.interrupted),
  );
  const emit = (event: RunEvent): void => {
    hooks.event(event);
    progress.event(event);
  };
  const asked = options.jobs ?? matrix.defaults.jobs ?? null;
  const jobs = asked ?? availableParallelism();
  const { heapDumps } = options;
  const lastBeside = asked === null;
  const parts = { containers: engine.containers, store, matrix, jobs, lastBeside, heapDumps, emit };
  const outcomes: ScriptOutcome[] = [];
  try {
    for (const script of ready) {
      const run = (): Promise<ScriptOutcome> => runOne(script, options, deps, parts, interrupt.signal);
      // One bad script among several does not stop the others.
      outcomes.push(ready.length === 1 ? await run() : await orRefused(script.plan.path, run));
    }
  } finally {
    progress.end();
    await swept;
  }
  return outcomes;
}

/** A script with the commits that are searched. @throws {CommandError} */
async function readyForCommits(
  plan: ScriptPlan,
  named: readonly Ruby[] | null,
  { range, rubies: typed }: { readonly range: AskedRange; readonly rubies: readonly string[] },
  matrix: Matrix,
  engine: EngineAccess,
  deps: Deps,
): Promise<Ready> {
  const say = (line: string): void => void deps.streams.stderr.write(`matrix: ${line}\n`);
  const opened = await deps.openRepository(range.source, say, new AbortController().signal);
  if (!opened.ok) throw new CommandError(opened.message);
  const request = { gems: plan.options.gems, hasRubies: typed.length > 0 };
  const { commits, rubies, gems } = await commitsToSearch(range, opened.value, request, matrix);
  const own = { unavailable: [], notes: [], images: [], folders: [], expected: null };
  const found = { ...own, commits, plan: { ...plan, options: { ...plan.options, gems } } };
  if (rubies !== null) return { ...found, rubies };
  const on = await searchedRubies({ named, isForGem: true }, matrix, (asked) => outOfReach(asked, engine));
  return { ...found, rubies: on.rubies };
}

/**
 * Checks that Debian packages can be installed beside every ruby.
 * @throws {CommandError} naming the rubies where they cannot
 */
function checkPackages(rubies: readonly Ruby[], packages: readonly string[], ownAlone: boolean): void {
  const measured = rubiesWithPackages(rubies, packages);
  if (!measured.ok) throw new CommandError(measured.message);
  if (measured.value.length > 0 || packages.length === 0) return;
  if (ownAlone)
    throw new CommandError(
      `${packages.join(', ')}: Debian's packages go with Debian's own rubies, and an image of one's own brings its gems: ` +
        `leave the packages out, or name a ruby with --ruby`,
    );
  throw new CommandError(`${packages.join(', ')}: matrix.yaml lists no ruby of Debian under debian`);
}

/** Replaces ranges of gem versions in the plan by the versions they stand for. */
async function withVersions(
  plan: ScriptPlan,
  { gems }: Matrix,
  { containers }: EngineAccess,
): Promise<ScriptPlan> {
  const signal = AbortSignal.timeout(gems.seconds * 1000);
  const versions = await withGemVersions(plan.options.gems, gems, containers, signal);
  return { ...plan, options: { ...plan.options, gems: versions } };
}

const NONE: ChosenRubies = { rubies: [], notes: [] };

async function runOne(
  { plan, rubies, unavailable, images, folders, notes, expected, commits = null }: Ready,
  { scriptArgs: args, failOn, workdirFrom, config, images: named, workdir }: RunOptions,
  deps: Deps,
  parts: RunParts,
  signal: AbortSignal,
): Promise<ScriptOutcome> {
  const { path, script, body, files, others, options } = plan;
  if (signal.aborted) return notRun(path, 'not run: interrupted before its turn', EXIT.interrupted);
  const paths = { path: script === null ? null : path, workdirFrom, config, images: named, folders, workdir };
  const request = {
    script,
    body,
    files,
    others,
    args,
    named: paths,
    options,
    rubies,
    unavailable,
    images,
    commits,
    notes,
  };
  const run = await deps.measure(request, parts, signal);
  const traces = await parts.store.loadTraces(run.id);
  return { path, run, traces, ...checkRun(run, expected, failOn, signal.aborted) };
}

async function orRefused(path: string, run: () => Promise<ScriptOutcome>): Promise<ScriptOutcome> {
  try {
    return await run();
  } catch (error) {
    if (error instanceof RequestError) return notRun(path, error.message, EXIT.usage);
    throw error;
  }
}

function notRun(path: string, problem: string, exitCode: ExitCode): ScriptOutcome {
  return { path, run: null, traces: [], problems: [problem], exitCode };
}

/** Lists the available images of these rubies; null where a registry answers. */
async function offlineWith(rubies: readonly Ruby[], engine: EngineAccess): Promise<Offline | null> {
  if ((await engine.registry()).ok) return null;
  return { presence: await engine.inventory(rubies), mayMakeDebian: process.getuid?.() === 0 };
}

/** The same for a search. Where every image is here already, no registry is asked: there is nothing to wait for. */
async function outOfReach(rubies: readonly Ruby[], engine: EngineAccess): Promise<Offline | null> {
  const presence = await engine.inventory(rubies);
  return presence.every(isAvailable) ? null : offlineWith(rubies, engine);
}

/** Chooses the default set, or the rubies available without a registry. */
async function rubiesAtHand(matrix: Matrix, engine: EngineAccess): Promise<ChosenRubies> {
  const chosen = defaultRubies(matrix, await offlineWith(matrix.rubies, engine));
  if (chosen.rubies.length > 0) return chosen;
  throw new CommandError(
    `no ruby can be measured here: ${chosen.notes.join(' ')} matrix doctor tells what is missing.`,
    'no-ruby-here',
  );
}

/** Makes the cells of a script: for each ruby, one per combination of its settings and gem versions. */
function cellsOf(
  { script, options, files, others }: ScriptPlan,
  rubies: readonly Ruby[],
  { gems }: Matrix,
): readonly Configuration[] {
  const asked = readGems({ options, files }, false, gems);
  const names = variantNames(script?.name ?? '', others, options.without);
  const settings = withVariants(asked.ok ? asked.value.settings : [{}], names);
  return configurationsOf(rubies, options.axes, settings).cells;
}

function expectationOf(
  plan: ScriptPlan,
  matrix: Matrix,
  rubies: readonly Ruby[],
  images: readonly Configuration[],
): Expectation | null {
  const own = [...rubies.filter((ruby) => !matrix.rubies.includes(ruby)), ...images.map(({ ruby }) => ruby)];
  const listing = { ...matrix, rubies: [...matrix.rubies, ...own] };
  const ran = [...cellsOf(plan, rubies, matrix).map(({ id }) => id), ...images.map(({ id }) => id)];
  const expected = parseExpectation(plan.expect, own.length === 0 ? matrix : listing, ran);
  if (!expected.ok) throw new CommandError(expected.message, 'unmeetable-expectation');
  return expected.value;
}
