import type { Ended } from '../../../../src/analysis/ended.ts';
import { confirmingPolicy, confirmLeak, hasEnded } from '../../../../src/analysis/confirm.ts';
import { judge } from '../../../../src/analysis/judge.ts';
import { POLICY, type Policy } from '../../../../src/analysis/policy.ts';
import type { Sample } from '../../../../src/domain/measurement/sample.ts';
import type { Verdict } from '../../../../src/domain/measurement/verdict.ts';
import { NOT_READ } from '../../../not-read.ts';
import { randomOf, type Random } from './random.ts';

/** What a loop's body does to memory, as functions of the iterations done so far. Bytes unless said otherwise. */
export interface Body {
  /** Cost of one iteration. */
  readonly microseconds: number;
  /** Live malloc bytes beyond the start's, after `n` iterations. `at` holds the seed and the seconds so far. */
  readonly malloc?: (n: number, at: At) => number;
  readonly blocks?: (n: number) => number;
  /** Of them those in large blocks; null in a sample where this is not given. */
  readonly large?: (n: number) => { readonly bytes: number; readonly blocks: number };
  /** Live slots of 40 bytes beyond the start's. */
  readonly slots?: (n: number, at: At) => number;
  /** Resident memory that neither malloc nor slots explain. */
  readonly outside?: (n: number, at: At) => number;
  readonly memsize?: (n: number) => number;
  /** Bytes the set-up left, before the loop began. */
  readonly setup?: number;
  /** Share of the malloc bytes that is ever touched, so resident. */
  readonly touched?: number;
  /** Iterations of one outermost iteration: checkpoints fall on its multiples, and inside it where it takes long. */
  readonly perOuter?: number;
  /** The loop ends by itself after so many iterations. */
  readonly iterations?: number;
  /** Malloc bytes that an iteration asks for, kept or not. */
  readonly churn?: number;
  /** Share of the time that it waits for a processor. */
  readonly waits?: number;
  /** Duration of the collections at a checkpoint. */
  readonly collectMs?: (n: number) => number;
}

export interface At {
  readonly seed: number;
  readonly random: Random;
  readonly seconds: number;
  /** Number of this checkpoint. */
  readonly index: number;
}

const SLOT_BYTES = 40;
const PAGE = 4096;
const BASE = { malloc: 4_419_784, blocks: 33_973, slots: 10_823, resident: 900_000 };

/**
 * Simulates the samples that the prelude and the supervisor would take of a body: some 10 ms of looping apart
 * at first, later a 96th of what has passed, jittered by ±30 %; resident memory at most every 60 ms.
 */
export function* samplesOf(body: Body, seed: number, budgetSeconds: number): Generator<Sample> {
  const random = randomOf(seed);
  const cost = body.microseconds / 1e3;
  let n = 0;
  let loopMs = 0;
  let spentMs = 0;
  let mappedMs = -Infinity;
  for (let index = 0; ; index++) {
    const collectMs = (body.collectMs?.(n) ?? 2.5) * (0.8 + 0.4 * random.next());
    const afterMs = loopMs + spentMs;
    if (afterMs > budgetSeconds * 1000) return;
    const at: At = { seed, random, seconds: afterMs / 1000, index };
    const mapped = afterMs - mappedMs >= 60;
    if (mapped) mappedMs = afterMs;
    yield sampleAt(body, n, at, loopMs, mapped);
    if (n >= (body.iterations ?? Infinity)) return;
    spentMs += collectMs + (mapped ? 1.5 : 0.3);
    const worth = index < 24 ? collectMs / 2 : collectMs * 1.5;
    const target = Math.max(10, worth, (loopMs + spentMs) / 96) * (0.7 + 0.6 * random.next());
    const whole = body.perOuter ?? 1;
    const wanted = Math.max(1, Math.round((target * (0.9 + 0.2 * random.next())) / cost));
    const toOuter = whole - (n % whole);
    const patience = Math.max(1, Math.round(Math.max(250, 4 * target) / cost));
    const atOuter = toOuter + Math.max(0, Math.round((wanted - toOuter) / whole)) * whole;
    const more = Math.min(atOuter, patience, (body.iterations ?? Infinity) - n);
    n += more;
    loopMs += more * cost;
  }
}

const paged = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE;

function sampleAt(body: Body, n: number, at: At, loopMs: number, mapped: boolean): Sample {
  const malloc = Math.round(body.malloc?.(n, at) ?? 0);
  const slots = Math.round(body.slots?.(n, at) ?? 0);
  const mallocBytes = BASE.malloc + (body.setup ?? 0) + malloc;
  const liveSlots = BASE.slots + slots;
  const outside = body.outside?.(n, at) ?? 0;
  const anonBytes = paged(
    BASE.resident +
      (body.setup ?? 0) +
      BASE.malloc +
      malloc * (body.touched ?? 1) +
      liveSlots * SLOT_BYTES * 1.05 +
      outside +
      Math.abs(at.random.gauss()) * 8_000,
  );
  return {
    ...NOT_READ,
    iterations: n,
    stretch: 0,
    loops: [[0, n]],
    boundary: n % (body.perOuter ?? 1) === 0 ? 'outer' : 'inner',
    afterMs: Math.round(at.seconds * 1000),
    loopMs,
    liveSlots,
    slotBytes: liveSlots * SLOT_BYTES,
    mallocBytes,
    mallocBlocks: BASE.blocks + Math.round(body.blocks?.(n) ?? malloc / 64),
    pageBytes: paged(liveSlots * SLOT_BYTES),
    waitedMs: body.waits === undefined ? null : at.seconds * 1000 * body.waits,
    largeBytes: body.large?.(n).bytes ?? null,
    largeBlocks: body.large?.(n).blocks ?? null,
    allocatedBytes: body.churn === undefined ? null : n * body.churn,
    heapBytes: mapped ? paged(mallocBytes * 1.1) : null,
    rssBytes: mapped ? anonBytes + 4_500_000 : null,
    anonBytes: mapped ? anonBytes : null,
    pssBytes: mapped ? anonBytes + 3_000_000 : null,
    memsizeBytes: body.memsize === undefined ? null : 1_500_000 + Math.round(body.memsize(n)),
  };
}

export interface Settled {
  readonly verdict: Verdict;
  /** Seconds of the container when it settled. */
  readonly seconds: number;
  readonly iterations: number;
  readonly samples: readonly Sample[];
  /** False when the budget had to end it. */
  readonly early: boolean;
}

const MEMORY = 512 * 2 ** 20;
const FULL: Ended = { kind: 'memory', text: 'the memory limit of 512 MiB was reached' };
/** Judged again, as the engine does, when the iterations have grown by a twenty-fifth. */
const ASK_AGAIN = 1.04;

/** Judges a stream of samples as the engine does: until it settles or the samples end. */
export function replay(stream: Iterable<Sample>, ended: Ended, policy: Policy = POLICY): Settled {
  const samples: Sample[] = [];
  let askedAt = 0;
  const settled = (verdict: Verdict, early: boolean): Settled => {
    const last = samples.at(-1)!;
    return { verdict, seconds: last.afterMs / 1000, iterations: last.iterations, samples, early };
  };
  for (const sample of stream) {
    samples.push(sample);
    if (sample.iterations < askedAt * ASK_AGAIN) continue;
    askedAt = sample.iterations;
    const verdict = judge(samples, { memoryBytes: MEMORY, ended: null }, policy);
    if (verdict !== null) return settled(verdict, true);
    // What the container may not hold, it is killed for.
    if ((sample.rssBytes ?? 0) > MEMORY)
      return settled(judge(samples, { memoryBytes: MEMORY, ended: FULL }, policy)!, false);
  }
  return settled(judge(samples, { memoryBytes: MEMORY, ended }, policy)!, false);
}

/** Judges both containers of a body, as the engine runs them: a leak is confirmed in a second one. */
export function settleTwice(body: Body, seed: number): Settled & { readonly confirmed: Settled | null } {
  const first = settle(body, seed);
  if (first.verdict.kind !== 'leak') return { ...first, confirmed: null };
  const second = settle(body, seed + 7_919, confirmingPolicy(first));
  const verdict = confirmLeak(first.verdict, second.verdict, hasEnded(first.samples, second.samples));
  return { ...first, verdict, seconds: first.seconds + second.seconds, confirmed: second };
}

export const settle = (body: Body, seed: number, policy: Policy = POLICY): Settled =>
  replay(
    samplesOf(body, seed, 30),
    body.iterations === undefined
      ? { kind: 'budget', text: 'the budget of 30 seconds ended' }
      : { kind: 'script', text: "the script's loop ended by itself" },
    policy,
  );
