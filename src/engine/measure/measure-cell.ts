import { POLICY } from '../../analysis/policy.ts';
import { nameOf, type CellName } from '../../domain/cell/configuration.ts';
import { compareAllocators } from './compare-allocators.ts';
import { passWith } from './pass-with.ts';
import type { ScriptLoop } from '../../domain/loops/script-loop.ts';
import { isSetUp } from '../../analysis/loops/set-ups.ts';
import { labelsOf } from './cell-labels.ts';
import { failedCell, judgedCell, stretchTrace } from './cell-record.ts';
import type { CellJob, CellWatcher, MeasuredCell } from '../cell-runner.ts';
import type { Failure } from './failures/failure.ts';
import { isReachedByGrowth } from './failures/limit-reached.ts';
import { judgeLoops, type MeasureAgain } from './judge-loops.ts';
import { findCell, fingerprintOf, type KnownCells } from './known-cell.ts';
import { isMissingGem, packageFor } from './failures/missing-package.ts';
import { unavailableSetting } from './failures/unavailable-setting.ts';
import { envOf, runPass, standByFor, type PassPlan, type PassResult } from './pass.ts';
import { EngineError, type Clock, type Containers, type PreparedImage } from '../ports.ts';
import { prepareCell } from './prepare-cell.ts';
import { scriptTrace } from './script-trace.ts';
import { ConfirmationAhead, type PlaceBeside, type StandBy } from './stand-by.ts';

/** The means by which this process measures cells. */
export interface Measuring {
  readonly containers: Containers;
  readonly clock: Clock;
  /** Cells that earlier runs measured; null: they are not reused. */
  readonly known?: KnownCells | null;
  /** A place for a container beside the cell's own; by default there is none. */
  readonly beside?: PlaceBeside;
  /** Receives the removal of each container, which may finish after the result. */
  readonly onRemoval: (gone: PromiseLike<void>) => void;
}

/** What distinguishes the containers of a cell. */
type HowToRun = Pick<PassPlan, 'focus' | 'confirming' | 'policy'> & Partial<PassPlan>;

const NO_PLACE: PlaceBeside = { enter: () => false, leave: () => {} };

const NOT_STARTED = 'cancelled before it was measured';

/** Turns engine errors into the outcome of the cell; only bugs are thrown. */
async function guarded(
  name: CellName,
  seconds: () => number,
  signal: AbortSignal,
  work: () => Promise<MeasuredCell>,
): Promise<MeasuredCell> {
  if (signal.aborted) return unmeasured(name, 'cancelled', NOT_STARTED);
  try {
    return await work();
  } catch (error) {
    if (signal.aborted) return unmeasured(name, 'cancelled', NOT_STARTED);
    if (!(error instanceof EngineError)) throw error;
    const { message } = error;
    const failure = {
      kind: 'engine-error',
      stage: 'start',
      code: 'engine-refused',
      message,
      line: null,
    } as const;
    return { cell: failedCell(name, failure, null, seconds()), traces: [], image: null };
  }
}

/**
 * Measures a cell: prepares its image, runs one container for all loops, and judges them. A leak is confirmed
 * in a fresh container, and a loop that was too short continues in a separate one.
 */
export function measureCell(
  job: CellJob,
  { containers, clock, known = null, beside = NO_PLACE, onRemoval }: Measuring,
  watcher: CellWatcher,
  signal: AbortSignal,
): Promise<MeasuredCell> {
  const name = nameOf(job.configuration);
  const began = clock.now();
  const seconds = (): number => (clock.now() - began) / 1000;
  return guarded(name, seconds, signal, async () => {
    watcher.state('preparing', null);
    const progress = (line: string): void => watcher.state('preparing', line);
    const prepared = await prepareCell(job, containers, progress, signal);
    if (signal.aborted) return unmeasured(name, 'cancelled', NOT_STARTED);
    if (!prepared.ok) return unmeasured(name, prepared.kind, prepared.message);
    const image = prepared.value;
    const fingerprint = known === null ? null : fingerprintOf(job, image, containers.machine, known);
    const before = job.options.cache && fingerprint !== null ? await findCell(fingerprint, known) : null;
    if (before !== null) return { ...before, image: image.tag };
    watcher.state('measuring', null);
    const measuring = clock.now();
    const planOf = (how: HowToRun): PassPlan => ({
      ...job,
      labels: labelsOf(job),
      image,
      onSample: (sample, slope) => (how.focus === null ? watcher.sample(sample, slope) : undefined),
      onRemoval,
      ...how,
    });
    const run = (how: HowToRun, standBy: StandBy | null = null): Promise<PassResult> =>
      runPass(planOf(how), containers, clock, signal, standBy);
    const confirming = { confirming: true, policy: POLICY };
    using ahead = new ConfirmationAhead(
      () => standByFor(planOf({ ...confirming, focus: null }), containers, signal),
      (focus) => envOf(planOf({ ...confirming, focus })),
      beside,
      onRemoval,
    );
    const took = (): number => (clock.now() - measuring) / 1000;
    const survey = await run({
      focus: null,
      confirming: false,
      policy: POLICY,
      onCheckpoint: (leaning) => ahead.follow(leaning),
    });
    const refused = unavailableSetting(job.configuration, survey);
    if (refused !== null) return failed(name, { ...survey, failure: refused }, took(), image.tag);
    const leaks = survey.stretches.some(({ result }) => result?.verdict.kind === 'leak');
    // A leak may use up the memory, or the threads, before the rest is judged: its verdict counts. Any other failure is
    // the outcome of the cell.
    if (survey.failure !== null && !(isReachedByGrowth(survey.failure.code) && leaks)) {
      const offered = await offeredPackage(survey.failure, image, containers, signal);
      return { ...failed(name, survey, took(), image.tag), offered };
    }
    const measureAgain: MeasureAgain = (focus, how) => {
      watcher.state('measuring', `${doing(job.loops, focus.site, how.confirming)} in a fresh container`);
      return run({ ...how, focus }, how.confirming ? ahead.take(focus) : null);
    };
    const judged = await judgeLoops(survey, job.loops, job.options.exactCount, measureAgain);
    if (signal.aborted) return unmeasured(name, 'cancelled', 'cancelled before a verdict was reached');
    const found = judgedCell(name, job.loops, judged, survey, took());
    const compared =
      found.worst === null
        ? null
        : await compareAllocators(found.worst, job.configuration.settings, job.limits, (settings, ...how) => {
            watcher.state('measuring', 'comparing what the allocator keeps with other settings');
            return passWith(settings, ...how, { job, prepared: image, containers, run, signal });
          });
    const settled = judged.map((one) => (one === found.worst ? (compared ?? one) : one));
    const { cell, worst } = compared === null ? found : judgedCell(name, job.loops, settled, survey, took());
    const traces =
      worst === null
        ? []
        : [
            { pass: 'measure' as const, trace: stretchTrace(worst.pass.trace, worst.samples) },
            ...(worst.confirmation === null
              ? []
              : [{ pass: 'confirm' as const, trace: worst.confirmation.trace }]),
            ...scriptTrace(survey, job.loops),
          ];
    return { cell: { ...cell, fingerprint }, traces, image: image.tag };
  });
}

/** Describes what a further container is for. */
function doing(loops: readonly ScriptLoop[], site: number, confirming: boolean): string {
  const loop = loops[site];
  const where = loop === undefined || loops.length === 1 ? '' : ` at line ${loop.line}`;
  if (confirming) return `confirming the leak${where}`;
  return isSetUp(loop) ? `making the set-up${where} again` : `going on with the loop${where}`;
}

/**
 * Searches Debian's packages for what a script failed to load; where the engine fails, only the advice is
 * missing.
 */
async function offeredPackage(
  { kind, message }: Failure,
  image: PreparedImage,
  containers: Containers,
  signal: AbortSignal,
): Promise<string | null> {
  if (kind !== 'script-error' || !isMissingGem(message) || containers.rubyPackages === undefined) return null;
  const packages = await containers.rubyPackages(image, signal).catch(() => new Set<string>());
  return packageFor(message, packages);
}

const failed = (name: CellName, pass: PassResult, seconds: number, image: string): MeasuredCell => ({
  cell: failedCell(
    name,
    pass.failure ?? {
      kind: 'engine-error',
      stage: 'loop',
      code: 'container-lost',
      message: 'no samples arrived',
      line: null,
    },
    pass.trace,
    seconds,
  ),
  traces: pass.trace.samples.length > 0 ? [{ pass: 'measure', trace: pass.trace }] : [],
  image,
});

/** Stage at which each kind of failure ends a cell. */
const STAGES = {
  cancelled: 'queued',
  'image-unavailable': 'image',
  'setting-unavailable': 'image',
  'gems-unavailable': 'gems',
  'engine-error': 'image',
} as const;

function unmeasured(name: CellName, kind: keyof typeof STAGES, message: string): MeasuredCell {
  return {
    cell: failedCell(
      name,
      {
        kind,
        stage: STAGES[kind],
        code: kind === 'engine-error' ? 'engine-refused' : kind,
        message,
        line: null,
      },
      null,
      0,
    ),
    traces: [],
    image: null,
  };
}
