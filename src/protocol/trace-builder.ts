import type { Output } from '../domain/outcome.ts';
import type { BlockHistogram, Sample } from '../domain/sample.ts';
import type { Frame } from './frames.ts';
import { bytesOf, fieldsOf, textOf } from './text.ts';

export interface ScriptError {
  readonly className: string;
  readonly line: number | null;
  readonly message: string;
}

export type Exit = Extract<Frame, { t: 'exit' }>;

/** What one container has told so far. Frames go in one by one; nothing is thrown away. */
export class TraceBuilder {
  readonly samples: Sample[] = [];
  readonly histograms: BlockHistogram[] = [];
  readonly contradictions: string[] = [];
  description: string | null = null;
  system: Extract<Frame, { t: 'hello' }> | null = null;
  allocator: string | null = null;
  error: ScriptError | null = null;
  /** Why the script's loop ended by itself: its own words, for the reason of an inconclusive verdict. */
  loopEnded: string | null = null;
  failed: string | null = null;
  exit: Exit | null = null;
  readonly #output: Uint8Array[] = [];

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
        this.histograms.push({ iterations: frame.n, sizes: frame.live });
        break;
      case 'out':
        this.#output.push(bytesOf(frame.data));
        break;
      case 'finished':
        this.#finished(frame.about);
        break;
      case 'past': {
        const [className = '', count = '?', message = ''] = fieldsOf(frame.about64);
        this.loopEnded = `past the script's own count of ${count} its body raised ${className}: ${message}`;
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
    const text = new TextDecoder().decode(concat(this.#output));
    return { text, droppedBytes: this.exit?.dropped ?? 0 };
  }

  #finished(about: string): void {
    const [what, status, iterations] = about.split(' ');
    if (what === 'loop')
      this.loopEnded ??= `the script's loop ended by itself after ${grouped(iterations)} iterations`;
    else if (what === 'end') this.loopEnded ??= `the script ended after ${grouped(iterations)} iterations`;
    else
      this.loopEnded ??= `the script called exit (status ${status}) after ${grouped(iterations)} iterations`;
  }

  #sample(frame: Extract<Frame, { t: 'sample' }>): void {
    const last = this.samples.at(-1);
    if (last !== undefined && (frame.n < last.iterations || frame.loopNs < last.loopMs * 1e6 - 1e6)) {
      this.#contradict(`the script's own counters went back: ${last.iterations} iterations, then ${frame.n}`);
      return;
    }
    if (frame.loopNs / 1e6 > frame.ms + 1_000) {
      this.#contradict(
        `the script reports ${Math.round(frame.loopNs / 1e6)} ms in its loop, observed were ${frame.ms} ms`,
      );
    }
    this.samples.push({
      iterations: frame.n,
      boundary: frame.outer ? 'outer' : 'inner',
      afterMs: frame.ms,
      loopMs: frame.loopNs / 1e6,
      liveSlots: frame.slots,
      slotBytes: frame.slotBytes,
      mallocBytes: frame.bytes,
      mallocBlocks: frame.blocks,
      pageBytes: frame.pageBytes,
      heapBytes: frame.heap ?? null,
      rssBytes: frame.rss ?? null,
      anonBytes: frame.anon ?? null,
      pssBytes: frame.pss ?? null,
      memsizeBytes: frame.memsize ?? null,
    });
  }

  #contradict(text: string): void {
    if (!this.contradictions.includes(text) && this.contradictions.length < 8) this.contradictions.push(text);
  }
}

const grouped = (digits: string | undefined): string => (digits ?? '?').replace(/\B(?=(\d{3})+$)/g, ',');

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
