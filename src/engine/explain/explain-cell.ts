import { messageOf } from '../../domain/message-of.ts';
import type { Comparison, Explanation, Finding, NativeFinding } from '../../domain/leak/explanation.ts';
import type { NativeTrace } from '../../domain/leak/native-trace.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import type { Slope } from '../../domain/measurement/verdict.ts';
import { combine, type Combined } from '../../explain/combine.ts';
import type { HeapGrowth } from '../../explain/heap/types.ts';
import { madeWhere, stayingObjects } from '../../explain/made-where.ts';
import { growingMappings } from '../../explain/mappings.ts';
import { growingSites, steadyWindows } from '../../explain/native/growing.ts';
import { inMeasuredPlaces } from '../../explain/native/larger-places.ts';
import { withoutMarkStack } from '../../explain/native/mark-stack.ts';
import type { ExplainSettings, Focus } from '../../protocol/supervisor-env.ts';
import { reportedSlope } from '../../domain/run/leak-groups.ts';
import type { ExplainJob } from '../cell-runner.ts';
import type { Measuring } from '../measure/measure-cell.ts';
import { prepareCell } from '../measure/prepare-cell.ts';
import { EngineError, type PreparedImage } from '../ports.ts';
import { comparisonsAt } from './comparisons.ts';
import { runExplainPass, type ExplainPass, type ExplainPassResult } from './explain-pass.ts';
import type { LeakReading, LeakResults, ReadLeak } from './leak-readers.ts';
import { strippedNote } from './stripped.ts';
import { unexplained } from './unexplained.ts';
import { focusOn, focusOnLoop, type ExplainFocus } from './focus.ts';
import { enoughIterations, enoughToCompare, leastIterations } from './warm-up.ts';

/** The means by which this process explains cells. */
export interface Explaining extends Measuring {
  /** Reads the reports of the containers. */
  readonly readLeak: ReadLeak;
}

interface Passes {
  readonly plan: ExplainJob;
  readonly image: PreparedImage;
  readonly by: Explaining;
  readonly signal: AbortSignal;
}

type WithPassResult = { readonly result: ExplainPassResult };

/**
 * Explains the leak of one ruby in separate containers: a native pass always, and beside it an objects pass
 * where objects leak. Failures of the script or the engine are described in the notes, not thrown.
 */
export async function explainCell(
  plan: ExplainJob,
  by: Explaining,
  signal: AbortSignal,
): Promise<Explanation> {
  const { clock, containers } = by;
  const began = clock.now();
  const base = nothingFound(plan);
  const took = (): number => (clock.now() - began) / 1000;
  try {
    const prepared = await prepareCell(plan.cell, containers, () => {}, signal);
    if (!prepared.ok) return { ...base, seconds: took(), notes: [prepared.message] };
    const passes = { plan, image: prepared.value, by, signal };
    const found = plan.role === 'leak' ? await nameLeak(passes, base) : await compare(passes, base);
    return { ...found, seconds: took() };
  } catch (error) {
    if (!(error instanceof EngineError) && !signal.aborted) throw error;
    const message = signal.aborted ? 'cancelled before the leak was named' : messageOf(error);
    return { ...base, seconds: took(), notes: [message] };
  }
}

const nothingFound = ({ role, measured, comparedWith }: ExplainJob): Explanation => ({
  ...unexplained(role),
  measured: reportedSlope(measured),
  comparedWith,
});

async function nameLeak(passes: Passes, base: Explanation): Promise<Explanation> {
  const { cause } = passes.plan.measured;
  const [native, heap] = await Promise.all([
    nativePass(passes, { everything: false, countsObjects: false }),
    cause === 'objects' ? objectsPass(passes) : null,
  ]);
  const traced = tracedWith(native, passes.plan.measured);
  const own = withoutMarkStack(growingSites(native.trace), traced.iterations, native.result.grownSlots);
  const sites = inMeasuredPlaces(own, passes.plan.measured.blockSizes, native.result.overhead);
  const mapped = cause === 'outside-malloc' ? growingMappings(native.result.mappings) : [];
  const found = combine(heap?.growth.findings ?? [], sites);
  const counted = heap?.growth.objects ?? null;
  const mappedSum = mapped.reduce((total, { bytesPerIteration }) => total + bytesPerIteration, 0);
  const sum = cause === 'outside-malloc' ? mappedSum : found.sum;
  const steps = growsInSteps(found);
  const against = steps ? inTheSameIterations(base.measured, native) : base.measured;
  const measured = against?.perIteration ?? 0;
  return {
    ...base,
    ...traced,
    measured: against,
    findings: [...mapped, ...found.findings],
    made: madeWhere(stayingObjects(found.findings), counted, heap?.growth.iterations ?? 0),
    accountedFor: measured > 0 && sum > 0 ? sum / measured : null,
    notes: [
      ...problemNote('malloc could not be followed', native.result),
      ...(heap === null ? [] : problemNote('heap dumps could not be taken', heap.result)),
      ...native.trace.notes,
      ...(heap?.growth.notes ?? []),
      ...strippedNote(found.findings),
      ...leftNote(found),
      ...(steps ? [STEPS] : []),
    ],
  };
}

const STEPS =
  'growth in steps is compared with the growth over the same iterations: a slope depends on where the last step fell';

/** Share of what was found from which growth in steps decides what it is compared with. */
const STEPS_SHARE = 0.02;

/** Tells whether some of the memory is of one block that is enlarged, alone or behind objects. */
function growsInSteps({ findings, sum }: Combined): boolean {
  const stepping = findings.flatMap((one): readonly number[] => {
    if (one.kind === 'mapping') return [];
    if (one.grows) return [Infinity];
    const behind = one.kind === 'objects' ? one.buffers.filter(({ grows }) => grows) : [];
    return behind.map(({ bytesPerIteration }) => bytesPerIteration);
  });
  return stepping.reduce((all, bytes) => all + bytes, 0) > STEPS_SHARE * sum;
}

/** Replaces the slope of growth in steps by that over the traced iterations: the two differ. */
function inTheSameIterations(
  slope: Slope | null,
  { result, trace }: { readonly trace: NativeTrace } & WithPassResult,
): Slope | null {
  const { grownPerIteration, grownInWindows: grown } = result;
  if (slope === null || grownPerIteration === null) return slope;
  const [from = 0, middle = 0, to = 0] = trace.iterations;
  const [early, late] = steadyWindows(trace, grown);
  const rate =
    early && late ? grownPerIteration : early ? grown[0] / (middle - from) : grown[1] / (to - middle);
  return { ...slope, perIteration: rate, low: rate, high: rate };
}

async function compare(passes: Passes, base: Explanation): Promise<Explanation> {
  const found = passes.plan.leaks.flatMap(({ findings }) => findings);
  const [sites, objects] = [found.flatMap(sitesOf), stayingObjects(found)];
  if (sites.length === 0 && objects.length === 0) return base;
  const native = await nativePass(passes, { everything: true, countsObjects: objects.length > 0 });
  const traced = tracedWith(native, passes.plan.measured);
  const comparisons: readonly Comparison[] = comparisonsAt(sites, native.trace);
  return {
    ...base,
    ...traced,
    comparisons,
    made: madeWhere(objects, native.trace.objects, traced.iterations),
    notes: [...problemNote('malloc could not be followed', native.result), ...native.trace.notes],
  };
}

/** Lists the sites of malloc that a finding is of: its own, or those of the memory behind objects. */
function sitesOf(finding: Finding): readonly NativeFinding[] {
  if (finding.kind === 'native') return [finding];
  return finding.kind === 'objects' ? finding.buffers : [];
}

function tracedWith(
  { trace, result }: { readonly trace: NativeTrace } & WithPassResult,
  measured: CellRecord,
): Pick<Explanation, 'iterations' | 'oneInBlocks' | 'slowdown'> {
  const { microsecondsPerIteration: usual } = measured;
  const { microsecondsPerIteration: traced } = result;
  return {
    iterations: (trace.iterations.at(-1) ?? 0) - (trace.iterations[0] ?? 0),
    oneInBlocks: trace.oneInBlocks,
    slowdown: usual === null || traced === null || usual === 0 ? null : traced / usual,
  };
}

async function nativePass(
  passes: Passes,
  how: Pick<ExplainSettings, 'everything' | 'countsObjects'>,
): Promise<{ readonly trace: NativeTrace } & WithPassResult> {
  return again(passes, { inspects: 'native', ...how }, async (run) => {
    const { result, read } = await reading<'native'>(passes, { kind: 'native' }, run);
    return { result, trace: read };
  });
}

async function objectsPass(passes: Passes): Promise<{ readonly growth: HeapGrowth } & WithPassResult> {
  const { scriptName, limits, configuration } = passes.plan.cell;
  const what = { kind: 'objects', cell: configuration.id, scriptName, memoryMiB: limits.memoryMiB } as const;
  return again(passes, { inspects: 'objects', everything: false, countsObjects: true }, async (run) => {
    const { result, read } = await reading<'objects'>(passes, what, run);
    return { result, growth: read };
  });
}

type RunPass = (report: ExplainPass['report']) => Promise<ExplainPassResult>;

/** Runs a pass while its report is read; returns both results. */
async function reading<Kind extends LeakReading['kind']>(
  { by }: Passes,
  what: Extract<LeakReading, { kind: Kind }>,
  run: RunPass,
): Promise<{ readonly result: ExplainPassResult; readonly read: LeakResults[Kind] }> {
  const reader = by.readLeak<Kind>(what);
  try {
    const result = await run((chunk) => reader.push(chunk));
    return { result, read: await reader.result(result.overhead) };
  } catch (error) {
    reader.leave();
    throw error;
  }
}

/**
 * Runs a pass, and repeats it where that helps: with nearer marks for a loop that ended too early, and with
 * the loop alone where a set-up cannot be built again.
 */
async function again<T extends WithPassResult>(
  { plan, image, by, signal }: Passes,
  how: Pick<ExplainSettings, 'inspects' | 'everything' | 'countsObjects'>,
  read: (run: RunPass) => Promise<T>,
): Promise<T> {
  const { focus, setUp, unit } = focusOfJob(plan);
  const attempt = (on: Focus, mostIterations: number | null): Promise<T> => {
    const explain = {
      ...how,
      leastIterations: leastIterations(plan.measured),
      enoughIterations:
        plan.role === 'leak'
          ? enoughIterations(plan.measured, how.inspects, plan.cell.limits.memoryMiB)
          : enoughToCompare(plan.leaks),
      mostIterations,
      unit,
    };
    return read((report) =>
      runExplainPass(
        { cell: plan.cell, image, explain, focus: on, report, onRemoval: by.onRemoval },
        by.containers,
        signal,
      ),
    );
  };
  const { exactCount } = plan.cell.options;
  if (setUp !== null && !exactCount) {
    const built = await attempt(setUp, null);
    if (built.result.problem === null) return built;
  }
  const first = await attempt(focus, exactCount ? plan.measured.iterations : null);
  const { problem, endedAfter } = first.result;
  return problem !== null && endedAfter !== null && endedAfter >= 4 ? attempt(focus, endedAfter) : first;
}

function focusOfJob({ cell, subject, observed }: ExplainJob): ExplainFocus {
  if (observed === undefined) return focusOn(cell.loops, subject);
  return focusOnLoop(subject[observed] ?? null, cell.loops, subject);
}

const problemNote = (what: string, { problem }: ExplainPassResult): readonly string[] =>
  problem === null ? [] : [`${what}: ${problem}`];

const leftNote = ({ left, findings }: Combined): readonly string[] =>
  left === 0 || findings.length === 0
    ? []
    : [`${left} smaller place${left === 1 ? ' is' : 's are'} counted in the sum and not listed`];
