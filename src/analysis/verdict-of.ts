import { grouped, rounded } from '../domain/digits.ts';
import { megabytesPerHour } from '../domain/measurement/hourly.ts';
import type { Sample } from '../domain/measurement/sample.ts';
import type { Growth, Verdict } from '../domain/measurement/verdict.ts';
import { comparable } from './series/boundary.ts';
import { causeOf } from './cause.ts';
import { growthOf, tableBeside } from './growth.ts';
import type { Assessment } from './assess.ts';
import type { SeriesFinding } from './series/finding.ts';
import { fullFrom } from './series/plateau.ts';
import type { Policy } from './policy.ts';
import { residentOf } from './resident.ts';

const CONFIDENCE = 0.99;

/**
 * Calculates the bytes per iteration by which live memory could have grown unnoticed; null while that is
 * unknown.
 */
export function upperBoundOf(assessment: Assessment): number | null {
  const bounds = [assessment.malloc, assessment.slots].map((one) => ('bound' in one ? one.bound : null));
  return bounds.some((bound) => bound === null) ? null : Math.max(...bounds.map((bound) => bound ?? 0));
}

/** Turns an answer into a verdict with its figures and evidence. Null before there is anything to fit. */
export function verdictOf(
  answer: 'leak' | 'slowing' | 'clean',
  assessment: Assessment,
  samples: readonly Sample[],
  policy: Policy,
): Verdict | null {
  const growth = growthOf(comparable(samples));
  if (growth === null) return null;
  return answer === 'clean'
    ? cleanVerdict(growth, assessment, samples, policy)
    : answer === 'slowing'
      ? slowingVerdict(growth, assessment, samples, policy)
      : leakVerdict(growth, assessment, samples, policy);
}

const throughOf = (assessment: Assessment): string => `through iteration ${grouped(assessment.iterations)}`;

function cleanVerdict(
  growth: Growth,
  assessment: Assessment,
  samples: readonly Sample[],
  policy: Policy,
): Verdict {
  const bound = Math.max(policy.cleanBelow[0]?.[1] ?? 0, upperBoundOf(assessment) ?? 0);
  const full = fullFrom(comparable(samples));
  const resident = residentOf(samples);
  const evidence = [
    `no growth above ${rounded(bound)} bytes per iteration${hourlyNote(bound, assessment.microsecondsPerIteration)} ${throughOf(assessment)}`,
    ...(full === null ? [] : [`full from about iteration ${grouped(Number(full.toPrecision(2)))} on`]),
  ].join('; ');
  return {
    kind: 'clean',
    growth,
    confidence: CONFIDENCE,
    smallestDetectable: bound,
    resident,
    fullFrom: full,
    evidence,
  };
}

/** Microseconds of an iteration from which bytes per iteration alone mislead. */
const SLOW_MICROSECONDS = 1_000;

/** Formats a bound per hour of looping, for an iteration that takes long; empty for a short one. */
export const hourlyNote = (bytes: number, microsecondsPerIteration: number): string =>
  microsecondsPerIteration < SLOW_MICROSECONDS
    ? ''
    : ` (${rounded(megabytesPerHour(bytes, microsecondsPerIteration))} MB in an hour of looping)`;

function leakVerdict(
  growth: Growth,
  assessment: Assessment,
  samples: readonly Sample[],
  policy: Policy,
): Verdict {
  const leaks = [assessment.malloc, assessment.slots, assessment.outside].filter(
    (one): one is Extract<SeriesFinding, { kind: 'leak' }> => one.kind === 'leak',
  );
  const half = Math.min(...leaks.map(({ trend }) => (trend.high - trend.low) / 2));
  const beside = tableBeside(comparable(samples));
  const stairs = beside === null && leaks.some((one) => one.staircase);
  const table =
    beside === null
      ? ''
      : `, beside a table that grows in steps (about ${rounded(beside)} bytes per iteration more so far)`;
  return {
    kind: 'leak',
    cause: causeOf(assessment, growth, samples),
    shape: stairs ? 'steps' : 'linear',
    growth: atLeast(growth, assessment),
    confidence: CONFIDENCE,
    smallestDetectable: Math.max(half, policy.leastRate),
    resident: residentOf(samples),
    evidence: stairs
      ? `grows in steps that double, without end ${throughOf(assessment)}`
      : `linear ${throughOf(assessment)}${table}`,
  };
}

function slowingVerdict(
  growth: Growth,
  assessment: Assessment,
  samples: readonly Sample[],
  policy: Policy,
): Verdict {
  const { of, rates } = assessment.slowing ?? { of: 'blocks', rates: [] };
  const shownRates = rates
    .slice(0, 3)
    .toReversed()
    .map((rate) => Number(rate.toPrecision(2)));
  return {
    kind: 'leak',
    cause: of === 'slots' ? 'objects' : 'native',
    shape: 'slowing',
    growth,
    confidence: CONFIDENCE,
    smallestDetectable: policy.leastRate,
    resident: residentOf(samples),
    evidence: `grows ever slower, but without an end ${throughOf(assessment)}: ${shownRates.join(', ')} ${of} per iteration in the last three doublings of their number, falling`,
  };
}

/**
 * Raises the slope to what certainly leaks: one step of a table beside the leak makes the line through all
 * live bytes vague.
 */
function atLeast(growth: Growth, assessment: Assessment): Growth {
  const sure = [assessment.malloc, assessment.slots].reduce(
    (sum, one) => sum + (one.kind === 'leak' ? Math.max(0, one.trend.low) : 0),
    0,
  );
  const { malloc } = growth;
  if (malloc.low > 0 || sure <= 0) return growth;
  const perIteration = Math.max(sure, malloc.perIteration);
  return {
    ...growth,
    malloc: { ...malloc, low: sure, perIteration, high: Math.max(malloc.high, perIteration) },
  };
}
