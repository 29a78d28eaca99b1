import type { Ended } from '../../analysis/ended.ts';
import { iterationsOf } from '../../analysis/loops/counts.ts';
import { leansToLeak } from '../../analysis/leaning.ts';
import { notAsFar } from '../../analysis/not-as-far.ts';
import { tooFewText } from '../../analysis/loops/loop-records.ts';
import { judgeStretch, type StretchVerdict } from '../../analysis/loops/judge-stretch.ts';
import type { Policy } from '../../analysis/policy.ts';
import { grouped } from '../../domain/digits.ts';
import type { MeasureOptions } from '../../domain/run/options.ts';
import type { Limits } from '../../domain/ruby/ruby.ts';
import type { Sample } from '../../domain/measurement/sample.ts';
import { isJudged, type ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { Stretch } from '../../domain/loops/stretch.ts';
import type { Focus } from '../../protocol/supervisor-env.ts';
import type { TraceBuilder } from '../../protocol/trace-builder.ts';
import type { Clock } from '../ports.ts';
import { limitReached } from './failures/limit-reached.ts';

/** Result of one container for a stretch. */
export interface StretchResult {
  readonly stretch: Stretch;
  readonly samples: readonly Sample[];
  /** Loops that ran during it and can be judged, its own first. */
  readonly sites: readonly number[];
  /** null where it was too short to be judged. */
  readonly result: StretchVerdict | null;
  readonly message: string | null;
}

/** What the judge needs to know about the container. */
export interface JudgedPass {
  readonly loops: readonly ScriptLoop[];
  readonly focus: Focus | null;
  readonly options: Pick<MeasureOptions, 'exactCount' | 'leastIterations'>;
  readonly limits: Limits;
  readonly policy: Policy;
}

/** It judges again when the iterations have grown by this share. */
const ASK_AGAIN = 1.04;
/** A loop that runs as written is judged from so many iterations on. */
const FEWEST_ITERATIONS = 20;
/** A loop without an end may belong to a thread: other loops get this long to start once it is settled. */
const PATIENCE_MS = 3_000;

/** Judges the stretches of one container while it runs, and the unsettled ones when it has ended. */
export class StretchJudge {
  readonly #trace: TraceBuilder;
  readonly #pass: JudgedPass;
  readonly #clock: Clock;
  readonly #samples = new Map<number, Sample[]>();
  readonly #settled = new Map<number, StretchVerdict>();
  readonly #askedAt = new Map<number, number>();
  #current: Sample | null = null;
  #endlessSinceMs: number | null = null;

  constructor(trace: TraceBuilder, pass: JudgedPass, clock: Clock) {
    this.#trace = trace;
    this.#pass = pass;
    this.#clock = clock;
  }

  /**
   * Adds the newest sample. Returns the samples of its stretch, and the iterations of the stretches before
   * it.
   */
  take(sample: Sample): { readonly samples: readonly Sample[]; readonly before: number } {
    const samples = this.#samples.get(sample.stretch) ?? [];
    samples.push(sample);
    this.#samples.set(sample.stretch, samples);
    this.#current = sample;
    let before = 0;
    for (const [id, all] of this.#samples) if (id !== sample.stretch) before += all.at(-1)?.iterations ?? 0;
    return { samples, before };
  }

  /** Names the loop that decides when this container ends, if it looks as if it leaked; null otherwise. */
  leaning(samples: readonly Sample[]): Focus | null {
    const stretch = this.#currentStretch();
    if (stretch === null || this.#pass.loops[stretch.site]?.final !== true) return null;
    return leansToLeak(samples) ? { site: stretch.site, context: stretch.context } : null;
  }

  #currentStretch(): Stretch | null {
    return this.#current === null ? null : this.#trace.stretches.find(this.#current.stretch);
  }

  /** Returns whether more samples of this container would change nothing. */
  isDone(): boolean {
    const sample = this.#current;
    const stretch = this.#currentStretch();
    const loop = stretch === null ? undefined : this.#pass.loops[stretch.site];
    if (sample === null || stretch === null || loop === undefined) return false;
    const isLast = this.#pass.focus !== null || loop.final;
    if (!isLast && !loop.endless) return false;
    // With the script's own count, it runs to its end.
    if (this.#pass.options.exactCount && !loop.endless) return false;
    if (!this.#isSettled(stretch, sample)) return false;
    return isLast || this.#nothingElseComes();
  }

  #isSettled(stretch: Stretch, sample: Sample): boolean {
    if (this.#settled.has(stretch.id)) return true;
    if (sample.iterations < (this.#askedAt.get(stretch.id) ?? 0) * ASK_AGAIN) return false;
    this.#askedAt.set(stretch.id, sample.iterations);
    const verdict = this.#judge(stretch, null);
    if (verdict === null) return false;
    this.#settled.set(stretch.id, verdict);
    return true;
  }

  /**
   * Tells whether no other loop will start. Nothing runs after an endless loop, unless that belongs to a
   * thread.
   */
  #nothingElseComes(): boolean {
    const ran = new Set(this.#current?.loops.map(([site]) => site));
    const waiting = this.#pass.loops.some((loop, site) => isJudged(loop) && !ran.has(site));
    if (!waiting) return true;
    this.#endlessSinceMs ??= this.#clock.now();
    return this.#clock.now() - this.#endlessSinceMs >= PATIENCE_MS;
  }

  /**
   * Returns the results of all stretches. `ended` says why no more samples come; null where the judge ended it
   * itself.
   */
  results(ended: Ended | null): readonly StretchResult[] {
    return this.#trace.stretches.all
      .filter((stretch) => stretch.ended !== 'taken')
      .flatMap((stretch) => {
        const samples = this.#samples.get(stretch.id) ?? [];
        return samples.length === 0 ? [] : [this.#result(stretch, samples, ended)];
      });
  }

  #result(stretch: Stretch, samples: readonly Sample[], ended: Ended | null): StretchResult {
    const base = { stretch, samples, sites: this.#sitesOf(stretch, samples), message: null };
    const settled = this.#settled.get(stretch.id);
    if (settled !== undefined) return { ...base, result: settled };
    const count = iterationsOf(samples, stretch.site);
    const loop = this.#pass.loops[stretch.site];
    const asWritten = this.#pass.focus === null && (loop?.final !== true || stretch.ended === 'end');
    if (asWritten && count < FEWEST_ITERATIONS && !this.#pass.options.exactCount && base.sites.length < 2)
      return { ...base, result: null, message: tooFewText(count) };
    return { ...base, result: this.#judge(stretch, this.#endOf(stretch, count, ended)) };
  }

  #judge(stretch: Stretch, ended: Ended | null): StretchVerdict | null {
    const samples = this.#samples.get(stretch.id) ?? [];
    const where = { memoryBytes: this.#pass.limits.memoryMiB * 2 ** 20, ended };
    const sites = this.#sitesOf(stretch, samples);
    // A loop that has ended by itself was measured as far as it goes.
    const policy = stretch.ended === 'end' ? { ...this.#pass.policy, leastIterations: 0 } : this.#pass.policy;
    const judged = judgeStretch(samples, stretch.site, sites, where, policy);
    if (judged?.verdict.kind !== 'clean' || stretch.ended === 'end') return judged;
    return this.#asFarAsAsked(judged, iterationsOf(samples, judged.by), ended);
  }

  /** Holds back a clean verdict before the iterations that were requested. */
  #asFarAsAsked(judged: StretchVerdict, count: number, ended: Ended | null): StretchVerdict | null {
    const { leastIterations } = this.#pass.options;
    if (count >= leastIterations) return judged;
    return ended === null ? null : { ...judged, verdict: notAsFar(judged.verdict, leastIterations, ended) };
  }

  #endOf(stretch: Stretch, count: number, ended: Ended | null): Ended {
    const past = this.#trace.pastTheCount;
    if (past?.stretch === stretch.id) {
      const limit = limitReached(past.error, this.#pass.limits);
      return { kind: 'script', text: past.text, remedy: limit?.explanation ?? null };
    }
    const after = `after ${grouped(count)} iterations`;
    if (stretch.ended === 'cut')
      return { kind: 'script', text: `the loop was left ${after} so that the rest of the script could run` };
    if (stretch.ended === 'end')
      return { kind: 'script', text: `the script's loop ended by itself ${after}` };
    return ended ?? { kind: 'script', text: `the container was ended ${after}` };
  }

  #sitesOf(stretch: Stretch, samples: readonly Sample[]): readonly number[] {
    const all = this.#pass.loops[stretch.site]?.role === 'collecting';
    const inside = this.#pass.loops.flatMap((loop, site) =>
      site !== stretch.site && (all || isJudged(loop)) && iterationsOf(samples, site) > 0 ? [site] : [],
    );
    return [stretch.site, ...inside];
  }
}
