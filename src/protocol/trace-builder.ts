import { grouped } from '../domain/digits.ts';
import type { Output } from '../domain/measurement/outcome.ts';
import type { BlockHistogram, Sample } from '../domain/measurement/sample.ts';
import type { Frame } from './frames.ts';
import { StretchList } from './stretch-list.ts';
import { bytesOf, fieldsOf, textOf } from './text.ts';

export interface ScriptError {
  readonly className: string;
  readonly line: number | null;
  readonly message: string;
}

export type Exit = Extract<Frame, { t: 'exit' }>;

/**
 * Most checkpoints of one container: several times as many as a run of any length has. checkpoint.c has the
 * same bound.
 */
export const MOST_SAMPLES = 2_048;
/** Most histograms. One is taken when the iterations have grown by a quarter, so 200 reach any count. */
const MOST_HISTOGRAMS = 256;
/** In RUBY_DESCRIPTION: `+YJIT`, `+JIT`. */
const HAS_JIT = /\+[A-Z]*JIT\b/;
/** Bytes of output that are kept, whatever the supervisor forwards. */
const MOST_OUTPUT_BYTES = 8 * 2 ** 20;

/**
 * Collects what one container has reported, frame by frame. A script can write frames of its own, so everything is
 * bounded; `flooded` is set when a bound was passed.
 */
export class TraceBuilder {
  readonly samples: Sample[] = [];
  /** Each with the stretch it was taken in. */
  readonly histograms: (BlockHistogram & { readonly stretch: number })[] = [];
  readonly contradictions: string[] = [];
  description: string | null = null;
  system: Extract<Frame, { t: 'hello' }> | null = null;
  allocator: string | null = null;
  error: ScriptError | null = null;
  /** Why the script's loop ended by itself, as text for the reason of an inconclusive verdict. */
  loopEnded: string | null = null;
  failed: string | null = null;
  exit: Exit | null = null;
  /**
   * Set when there were more samples than any run has: the script wrote them itself, and further ones are
   * dropped.
   */
  flooded: string | null = null;
  /** Stretches, in the order in which they began. */
  readonly stretches = new StretchList();
  /** Exception of a body that was run more often than the script does. */
  pastTheCount: { readonly stretch: number; readonly text: string; readonly error: ScriptError } | null =
    null;
  /** Iterations of each loop when the script had ended; empty where it was ended. */
  countsAtEnd: ReadonlyMap<number, number> = new Map();
  /** Milliseconds of the first sleep that was cut short; null where none was. */
  shortenedSleepMs: number | null = null;
  /** Set when the container had as many processes and threads as it may have, and the script asked for more. */
  wasRefusedTask = false;
  readonly #counts: (site: number) => boolean;
  #lastCount = 0;
  /** Samples that came, those left out included. */
  #seen = 0;
  #output = new Uint8Array(1024);
  #outputBytes = 0;
  #outputDropped = 0;

  /** `counts`: whether a loop's iterations are a measure of how far a stretch has come. */
  constructor(counts: (site: number) => boolean = () => true) {
    this.#counts = counts;
  }

  add(frame: Frame): void {
    switch (frame.t) {
      case 'hello':
        this.system = frame;
        break;
      case 'ruby':
        this.description ??= textOf(frame.description64);
        break;
      case 'attached':
        this.allocator = frame.allocator;
        if (!frame.counted)
          this.failed =
            'the probe did not load into this ruby (statically linked, or started through a wrapper?)';
        break;
      case 'sample':
        this.#sample(frame);
        break;
      case 'sizes':
        if (this.histograms.length < MOST_HISTOGRAMS) this.#histogram(frame.live);
        break;
      case 'out':
        this.#keepOutput(bytesOf(frame.data));
        break;
      case 'stretch':
        this.stretches.begin(frame.about);
        break;
      case 'left': {
        const left = this.stretches.leave(frame.about);
        if (left !== null && left.ended !== 'raised')
          this.loopEnded ??= `the script's loop ended by itself after ${grouped(left.iterations)} iterations`;
        break;
      }
      case 'slept':
        this.shortenedSleepMs ??= Number(frame.about) || 0;
        break;
      case 'finished':
        this.#finished(frame.about);
        break;
      case 'past': {
        const [className = '', count = '?', message = ''] = fieldsOf(frame.about64);
        const text = `past the script's own count of ${count} its body raised ${className}: ${message}`;
        const error = { className, line: null, message };
        this.pastTheCount ??= { stretch: this.samples.at(-1)?.stretch ?? 0, text, error };
        this.loopEnded = text;
        break;
      }
      case 'error': {
        const [className = '', line = '', message = ''] = fieldsOf(frame.about64);
        this.error = { className, line: /^\d+$/.test(line) ? Number(line) : null, message };
        break;
      }
      case 'foreign':
        this.#contradict('the script wrote to the measurement pipe');
        break;
      case 'refused':
        this.wasRefusedTask = true;
        break;
      case 'failed':
        this.failed = frame.message;
        break;
      case 'report': // taken by who explains a leak
      case 'maps':
        break;
      case 'exit':
        this.exit = frame;
        break;
    }
  }

  output(): Output {
    const text = new TextDecoder().decode(this.#output.subarray(0, this.#outputBytes));
    return { text, droppedBytes: (this.exit?.dropped ?? 0) + this.#outputDropped };
  }

  /**
   * Appends output to one buffer that doubles, so that a script that prints byte by byte does not make as
   * many objects.
   */
  #keepOutput(bytes: Uint8Array): void {
    const kept = bytes.subarray(0, MOST_OUTPUT_BYTES - this.#outputBytes);
    this.#outputDropped += bytes.length - kept.length;
    const needed = this.#outputBytes + kept.length;
    if (needed > this.#output.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#output.length));
      larger.set(this.#output);
      this.#output = larger;
    }
    this.#output.set(kept, this.#outputBytes);
    this.#outputBytes = needed;
  }

  #finished(about: string): void {
    const [what, status, count = '?', counts = ''] = about.split(' ');
    this.countsAtEnd = readCounts(counts);
    const iterations = /^\d+$/.test(count) ? grouped(Number(count)) : count;
    if (what === 'loop')
      this.loopEnded ??= `the script's loop ended by itself after ${iterations} iterations`;
    else if (what === 'end') this.loopEnded ??= `the script ended after ${iterations} iterations`;
    else this.loopEnded ??= `the script called exit (status ${status}) after ${iterations} iterations`;
  }

  #sample(frame: Extract<Frame, { t: 'sample' }>): void {
    this.#seen += 1;
    if (this.#seen > MOST_SAMPLES) {
      this.flooded ??= `the script wrote more than ${grouped(MOST_SAMPLES)} checkpoints to the measurement pipe`;
      this.#contradict(this.flooded);
      return;
    }
    const last = this.samples.at(-1);
    if (last !== undefined && (frame.n < this.#lastCount || frame.loopNs < last.loopMs * 1e6 - 1e6)) {
      this.#contradict(`the script's own counters went back: ${this.#lastCount} iterations, then ${frame.n}`);
      return;
    }
    this.#lastCount = frame.n;
    if (frame.loopNs / 1e6 > frame.ms + 1_000) {
      this.#contradict(
        `the script reports ${Math.round(frame.loopNs / 1e6)} ms in its loop, but ${frame.ms} ms were observed`,
      );
    }
    this.samples.push({
      iterations: this.stretches.reach(frame.stretch, frame.loops, this.#counts),
      stretch: frame.stretch,
      loops: frame.loops,
      boundary: frame.outer ? 'outer' : 'inner',
      afterMs: frame.ms,
      loopMs: frame.loopNs / 1e6,
      waitedMs: frame.waited ?? null,
      liveSlots: frame.slots,
      slotBytes: frame.slotBytes,
      heapPageBytes: frame.heapPages ?? null,
      mallocBytes: frame.bytes,
      mallocBlocks: frame.blocks,
      pageBytes: frame.pageBytes,
      largeBytes: frame.largeBytes ?? null,
      largeBlocks: frame.largeBlocks ?? null,
      allocatedBytes: frame.allocated ?? null,
      blocksByThreads: frame.byThreads ?? null,
      markBytes: frame.markBytes ?? null,
      peakBytes: frame.peak ?? null,
      untrimmedBytes: frame.untrimmed ?? null,
      uncountedBytes: frame.uncounted ?? null,
      heapBytes: frame.heap ?? null,
      rssBytes: frame.rss ?? null,
      anonBytes: frame.anon === undefined ? null : frame.anon - this.#codeOf(frame),
      codeBytes: frame.anon === undefined ? null : this.#codeOf(frame),
      arenas: frame.arenas ?? null,
      arenaBytes: frame.arenaBytes ?? null,
      pssBytes: frame.pss ?? null,
      memsizeBytes: frame.memsize ?? null,
    });
  }

  /**
   * Reads the bytes of a JIT's code, which fills up to a limit and is not a leak. Without a JIT, executable
   * memory is like any other.
   */
  #codeOf({ code = 0 }: Extract<Frame, { t: 'sample' }>): number {
    return HAS_JIT.test(this.description ?? '') ? code : 0;
  }

  /** Adds the histogram of the sample right before it. */
  #histogram(sizes: BlockHistogram['sizes']): void {
    const last = this.samples.at(-1);
    if (last !== undefined)
      this.histograms.push({ iterations: last.iterations, stretch: last.stretch, sizes });
  }

  #contradict(text: string): void {
    if (!this.contradictions.includes(text) && this.contradictions.length < 8) this.contradictions.push(text);
  }
}

/** Reads the iterations of every loop that has run: `3:1000,4:20`. */
const readCounts = (text: string): ReadonlyMap<number, number> =>
  new Map(
    [...text.matchAll(/(\d{1,3}):(\d{1,15})/g)]
      .slice(0, 256)
      .map(([, site, count]) => [Number(site), Number(count)]),
  );
