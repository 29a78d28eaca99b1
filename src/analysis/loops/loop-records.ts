import { grouped, rounded } from '../../domain/digits.ts';
import { contextName } from '../../domain/loops/loop-context.ts';
import type { LoopRecord } from '../../domain/run/record.ts';
import type { Sample } from '../../domain/measurement/sample.ts';
import { isJudged, OFTEN, type ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { Stretch } from '../../domain/loops/stretch.ts';
import type { Growth, Slope, Verdict } from '../../domain/measurement/verdict.ts';
import type { GrowthSource } from './attribute.ts';
import { describeResident } from '../resident.ts';
import { hourlyNote } from '../verdict-of.ts';
import { areProportional, iterationsOf } from './counts.ts';
import { scaleGrowth } from './scale-growth.ts';
import { describeSetUp, isSetUp } from './set-ups.ts';
import type { StretchVerdict } from './judge-stretch.ts';

/** The findings on one stretch, over all containers that measured it. */
export interface StretchFinding {
  readonly stretch: Stretch;
  /** Samples that the verdict rests on. */
  readonly samples: readonly Sample[];
  /** null where it was too short to be judged: `message` says so. */
  readonly result: StretchVerdict | null;
  /** The loops that cause the growth, where there is any. */
  readonly sources: readonly GrowthSource[];
  readonly message: string | null;
}

/** Iterations below which a loop that ran beside others is not reported as judged. */
const FEWEST = 20;

/** A loop's record, and its stretch; null where there was none. */
export interface DescribedLoop<T extends StretchFinding = StretchFinding> {
  readonly record: LoopRecord;
  readonly finding: T | null;
}

/** Describes every loop that can run often, in the order of the source. */
export function describeLoops<T extends StretchFinding>(
  loops: readonly ScriptLoop[],
  findings: readonly T[],
  ran: (site: number) => number,
): readonly DescribedLoop<T>[] {
  const describe = (loop: ScriptLoop, site: number, finding: T): LoopRecord => {
    const record = recordOf(loop, site, finding, findings);
    const root = finding.stretch.site;
    return isSetUp(loops[root]) ? describeSetUp(record, iterationsOf(finding.samples, root)) : record;
  };
  return loops.flatMap((loop, site): readonly DescribedLoop<T>[] => {
    const described = findings
      .filter(({ stretch, samples }) => {
        // Where a whole call is repeated, loops inside of it that collect are judged with it.
        const counts = isJudged(loop) || (loops[stretch.site]?.role === 'collecting' && ran(site) >= OFTEN);
        return (
          (stretch.site === site && (counts || loop.role !== 'collecting')) ||
          (counts && iterationsOf(samples, site) > 0)
        );
      })
      .map((finding) => ({ record: describe(loop, site, finding), finding }));
    if (described.length > 0) return described.filter((one, i) => isWorstOfItsKind(one.record, i, described));
    if (!isJudged(loop)) return [];
    const count = ran(site);
    const [code, message] =
      count === 0
        ? (['never-ran', 'never ran'] as const)
        : (['too-few-iterations', tooFewText(count)] as const);
    return [{ record: { ...blank(loop), iterations: count, code, message }, finding: null }];
  });
}

/** Records the rounds of a table that the budget left no time for, so that they do not look clean. */
export const laterRounds = (loop: ScriptLoop, { context }: Stretch, why: string): LoopRecord => ({
  ...blank(loop),
  context: `rounds after ${context.rounds}`,
  verdict: 'inconclusive',
  code: 'rounds-not-reached',
  message: `${why}, in round ${context.rounds}: the later rounds were not reached; give it more time with --budget SECONDS`,
});

/**
 * Tells whether this is the worst record of a loop in a context: the loop may have run by itself and inside
 * of others.
 */
function isWorstOfItsKind(record: LoopRecord, index: number, all: readonly DescribedLoop[]): boolean {
  return !all.some(
    ({ record: other }, i) =>
      i !== index &&
      other.context === record.context &&
      (severity(other) > severity(record) || (severity(other) === severity(record) && i < index)),
  );
}

const SEVERITY = { leak: 3, inconclusive: 2, clean: 1 } as const;
/** Ranks a verdict: a leak is worst, then inconclusive, then clean, then none. */
export const severity = ({ verdict }: LoopRecord): number => (verdict === null ? 0 : SEVERITY[verdict]);

/** Orders loops: the larger leak first; of clean loops the one that ran most. */
const weight = ({ verdict, growth, iterations }: LoopRecord): number =>
  verdict === 'leak' ? (growth?.malloc.perIteration ?? 0) : iterations;

/**
 * Picks the loop whose verdict is the cell's: a leak before an inconclusive loop, the larger leak before the
 * smaller.
 */
export function worstLoop<T extends { readonly record: LoopRecord }>(described: readonly T[]): T | null {
  return described.reduce<T | null>((worst, one) => {
    if (worst === null || severity(one.record) > severity(worst.record)) return one;
    if (severity(one.record) < severity(worst.record)) return worst;
    return weight(one.record) > weight(worst.record) ? one : worst;
  }, null);
}

/** Explains why a loop of so few iterations has no verdict. */
export const tooFewText = (count: number): string =>
  `ran ${count === 1 ? 'once' : `${count} times`}: too few to judge`;

const blank = (loop: ScriptLoop): LoopRecord => ({
  line: loop.line,
  endLine: loop.endLine,
  kind: loop.kind,
  context: null,
  iterations: 0,
  verdict: null,
  cause: null,
  growth: null,
  smallestDetectable: null,
  microsecondsPerIteration: null,
  code: null,
  message: null,
  unit: loop.kind === 'body' ? 'run of the script' : `iteration of line ${loop.line}`,
});

function recordOf(
  loop: ScriptLoop,
  site: number,
  finding: StretchFinding,
  all: readonly StretchFinding[],
): LoopRecord {
  const { stretch, samples, result, sources, message } = finding;
  const siblings = all.filter((one) => one.stretch.site === stretch.site).map((one) => one.stretch.context);
  const iterations = iterationsOf(samples, site);
  const spentMs = (samples.at(-1)?.loopMs ?? 0) - (samples[0]?.loopMs ?? 0);
  const base = {
    ...blank(loop),
    context: contextName(stretch.context, siblings),
    iterations,
    microsecondsPerIteration: iterations === 0 ? null : (spentMs * 1000) / iterations,
  };
  if (result === null) return { ...base, code: 'too-few-iterations', message };
  if (stretch.site !== site && iterations < FEWEST)
    return { ...base, code: 'too-few-iterations', message: tooFewText(iterations) };
  const counted = iterationsOf(samples, result.by);
  const factor = iterations === 0 ? 0 : counted / iterations;
  const found = verdictFor(site, result.verdict, factor, sources, samples, message);
  const record = { ...base, ...found };
  // Its evidence counts another loop's iterations.
  return factor === 1 || found.verdict !== 'clean' ? record : withOwnBound(record, result.verdict);
}

/** Replaces the evidence of a clean loop by its bound in its own iterations. */
function withOwnBound(record: LoopRecord, verdict: Verdict): LoopRecord {
  const { smallestDetectable: bound, iterations, microsecondsPerIteration } = record;
  if (bound === null) return record;
  const hourly = hourlyNote(bound, microsecondsPerIteration ?? 0);
  const evidence = `no growth above ${rounded(bound)} bytes per iteration${hourly} through iteration ${grouped(iterations)}`;
  const resident = verdict.kind === 'clean' ? verdict.resident : null;
  return { ...record, message: cleanEvidence({ evidence, resident }) };
}

/** Describes live memory, then resident memory where there is much of it. */
const cleanEvidence = ({
  evidence,
  resident,
}: Pick<Extract<Verdict, { kind: 'clean' }>, 'evidence' | 'resident'>): string =>
  [evidence, ...describeResident(resident)].join('; ');

type JudgedPart = Pick<
  LoopRecord,
  'verdict' | 'cause' | 'growth' | 'smallestDetectable' | 'code' | 'message'
>;

function verdictFor(
  site: number,
  verdict: Verdict,
  factor: number,
  sources: readonly GrowthSource[],
  samples: readonly Sample[],
  message: string | null,
): JudgedPart {
  const growth = verdict.growth === null ? null : scaleGrowth(verdict.growth, factor);
  const smallestDetectable = boundPer(verdict, growth, factor);
  if (verdict.kind === 'inconclusive')
    return {
      verdict: 'inconclusive',
      cause: null,
      growth,
      smallestDetectable,
      code: verdict.code,
      message: message ?? verdict.reason,
    };
  const { evidence } = verdict;
  if (verdict.kind === 'clean') {
    const code = verdict.fullFrom === null ? 'clean-flat' : 'clean-full';
    return {
      verdict: 'clean',
      cause: null,
      growth,
      smallestDetectable,
      code,
      message: message ?? cleanEvidence(verdict),
    };
  }
  const source = sources.find((one) => one.site === site) ?? inStep(site, sources, samples);
  if (source === null) {
    const bound = growth === null ? null : (growth.malloc.high - growth.malloc.low) / 2;
    const text = `what grows there is counted by another loop: no growth of its own`;
    return {
      verdict: 'clean',
      cause: null,
      growth: growth && flat(growth),
      smallestDetectable: bound,
      code: 'clean-counted-elsewhere',
      message: text,
    };
  }
  const share = source.share >= 0.99 || sources.length === 1 ? 1 : source.share;
  return {
    verdict: 'leak',
    cause: verdict.cause,
    growth: growth && scaleGrowth(growth, share),
    smallestDetectable,
    code: `leak-${verdict.shape}`,
    message: message ?? evidence,
  };
}

/**
 * Calculates the bound of a loop. A clean loop around another one that ran more often gets the growth that
 * was observed as its bound, not a multiple of the inner one's.
 */
function boundPer(verdict: Verdict, growth: Growth | null, factor: number): number | null {
  const { kind, smallestDetectable } = verdict;
  if (smallestDetectable === null) return null;
  if (kind !== 'clean' || growth === null || factor <= 1) return smallestDetectable * factor;
  return Math.min(smallestDetectable * factor, Math.max(smallestDetectable, growth.malloc.high));
}

/**
 * Finds the source that a loop of another thread advances in step with: it leaks just as much, since the two
 * cannot be distinguished.
 */
function inStep(
  site: number,
  sources: readonly GrowthSource[],
  samples: readonly Sample[],
): GrowthSource | null {
  const own = iterationsOf(samples, site);
  const same = sources.find((source) => {
    const theirs = iterationsOf(samples, source.site);
    return (
      Math.abs(own - theirs) <= Math.max(2, theirs * 0.02) && areProportional(samples, site, source.site)
    );
  });
  return same === undefined ? null : { ...same, site };
}

/** Makes a slope of zero with the same uncertainty. */
function flatSlope(slope: Slope): Slope {
  const half = (slope.high - slope.low) / 2;
  return { ...slope, perIteration: 0, low: -half, high: half };
}

const flat = (growth: Growth): Growth => ({
  malloc: flatSlope(growth.malloc),
  blocks: flatSlope(growth.blocks),
  liveSlots: flatSlope(growth.liveSlots),
  heap: null,
  rss: null,
  pss: null,
});
