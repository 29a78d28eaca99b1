import { withoutMarkStack } from '../../analysis/series/mark-stack.ts';
import { liveBytes, type Sample } from '../../domain/measurement/sample.ts';
import type { MappingsAt } from '../../explain/mappings.ts';
import type { Frame } from '../../protocol/frames.ts';
import { processOf } from '../../domain/cell/axis-values.ts';
import { supervisorEnv, type ExplainSettings, type Focus } from '../../protocol/supervisor-env.ts';
import { TraceBuilder } from '../../protocol/trace-builder.ts';
import { failureOf } from '../measure/failures/failure.ts';
import { inContainer } from '../measure/in-container.ts';
import { framesOf, newFrameKey } from '../measure/keyed-frames.ts';
import { labelsOf } from '../measure/cell-labels.ts';
import type { CellJob } from '../cell-runner.ts';
import type { Containers, PreparedImage } from '../ports.ts';

/** One container that explains a leak. */
export interface ExplainPass {
  readonly cell: CellJob;
  readonly image: PreparedImage;
  readonly explain: ExplainSettings;
  /** The outermost loop around the one that leaks, in the context in which it leaked. */
  readonly focus: Focus;
  /** Receives the report in pieces. */
  readonly report: (chunk: Uint8Array) => Promise<void> | void;
  readonly onRemoval: (gone: PromiseLike<void>) => void;
}

export interface ExplainPassResult {
  readonly mappings: readonly MappingsAt[];
  /**
   * Live bytes per iteration, slots included and the collector's bookkeeping left out, between the first mark and the
   * last, as the probe counted them.
   */
  readonly grownPerIteration: number | null;
  /** The same in bytes, from the first mark to the second, and from there to the last. */
  readonly grownInWindows: readonly [number, number];
  /** Live slots that were added between the same marks. */
  readonly grownSlots: number;
  /**
   * Microseconds per iteration between the first mark and the last; null where the last mark was not reached.
   */
  readonly microsecondsPerIteration: number | null;
  /** Iterations after which the script's loop ended by itself; null where it did not. */
  readonly endedAfter: number | null;
  /** Bytes that the allocator adds to a block. */
  readonly overhead: number;
  /** Why there is no whole report; null where there is one. */
  readonly problem: string | null;
}

/** Seconds with a processor, without a mark or a piece of the report, after which a pass is abandoned. */
const SILENT_SECONDS = 30;
/**
 * Longest pass. Usually one takes a second or two and stops by itself; three heap dumps of a gigabyte take
 * two minutes.
 */
const LONGEST_SECONDS = 300;
/** Number of lists of mappings that are kept, the last ones; each may have 20,000 entries. */
const MAPPINGS_READ = 3;

/**
 * Runs one container that explains a leak.
 * @throws {EngineError} when the engine refuses the container
 */
export function runExplainPass(
  pass: ExplainPass,
  containers: Containers,
  signal: AbortSignal,
): Promise<ExplainPassResult> {
  const { cell: plan, image, onRemoval } = pass;
  const { input, limits } = plan;
  const labels = labelsOf(plan);
  const frameKey = newFrameKey();
  const spec = { env: envOf(pass), input, frameKey, limits, labels };
  const longestMs = (limits.startSeconds + LONGEST_SECONDS) * 1000;
  const start = () => containers.start(image, spec, signal);
  return inContainer({ start, longestMs, signal, onRemoval }, async (cell, { stop }) => {
    const reader = new ExplainReader(pass);
    for await (const frame of framesOf(cell.lines, frameKey)) {
      if (stop.aborted) break;
      await reader.frame(frame);
      if (reader.trace.flooded !== null) break;
    }
    if (reader.trace.flooded !== null) await cell.kill();
    return reader.result(stop.aborted ? 'it was stopped' : failureText(reader.trace, await cell.ended, plan));
  });
}

/** Reads the frames of a pass. */
class ExplainReader {
  readonly trace: TraceBuilder;
  readonly #report: ExplainPass['report'];
  readonly #mappings: MappingsAt[] = [];
  #explained = false;
  #endedAfter: number | null = null;
  #overhead = 0;

  constructor({ report, explain }: ExplainPass) {
    this.trace = new TraceBuilder((site) => site === explain.unit);
    this.#report = report;
  }

  /** Processes one frame. Returns a promise where the reader of the report has to catch up. */
  frame(frame: Frame | null): Promise<void> | void {
    if (frame === null) return;
    if (frame.t === 'report') return this.#report(Buffer.from(frame.data, 'base64'));
    if (frame.t === 'maps') {
      const mappings = frame.maps.map(([bytes, residentBytes, permissions, name]) => {
        return { bytes, residentBytes, permissions, name };
      });
      // Belongs to the sample right before it.
      this.#mappings.push({ iterations: this.trace.samples.at(-1)?.iterations ?? 0, mappings });
      if (this.#mappings.length > MAPPINGS_READ) this.#mappings.shift();
    } else {
      if (frame.t === 'attached') this.#overhead = frame.overhead;
      if (frame.t === 'finished' && frame.about.startsWith('explained ')) this.#explained = true;
      if (frame.t === 'left') this.#endedAfter ??= iterationsAtEnd(frame.about);
      this.trace.add(frame);
    }
  }

  result(failure: string | null): ExplainPassResult {
    const samples = withoutMarkStack(this.trace.samples);
    const [first, middle, last] = [samples.at(-3), samples.at(-2), samples.at(-1)];
    const iterations = first === undefined || last === undefined ? 0 : last.iterations - first.iterations;
    const grown = grownBetween(first, last);
    const spent = first === undefined || last === undefined ? 0 : last.loopMs - first.loopMs;
    return {
      mappings: this.#mappings,
      grownPerIteration: this.#explained && iterations > 0 ? grown / iterations : null,
      grownInWindows: [grownBetween(first, middle), grownBetween(middle, last)],
      grownSlots: first === undefined || last === undefined ? 0 : last.liveSlots - first.liveSlots,
      microsecondsPerIteration: this.#explained && iterations > 0 ? (spent * 1000) / iterations : null,
      endedAfter: this.#endedAfter,
      overhead: this.#overhead,
      problem: this.#explained ? null : (failure ?? this.trace.loopEnded ?? 'it did not answer in time'),
    };
  }
}

/** Calculates the live bytes that were added between two marks; 0 where one was not reached. */
const grownBetween = (a: Sample | undefined, b: Sample | undefined): number =>
  a === undefined || b === undefined ? 0 : liveBytes(b) - liveBytes(a);

/** Reads `ID end ITERATIONS`, the message of a loop that ended too early. */
function iterationsAtEnd(about: string): number | null {
  const count = /^\d+ end (\d+)$/.exec(about)?.[1];
  return count === undefined ? null : Number(count);
}

function failureText(
  trace: TraceBuilder,
  end: Parameters<typeof failureOf>[1],
  plan: CellJob,
): string | null {
  const { scriptName, loops, limits } = plan;
  return failureOf(trace, end, { scriptName, loops, limits })?.message ?? null;
}

const envOf = ({ cell, image, explain, focus }: ExplainPass): Readonly<Record<string, string>> =>
  supervisorEnv({
    ruby: image.ruby,
    process: processOf(cell.configuration.ruby.version, cell.configuration.settings),
    script: cell.scriptName,
    directory: image.own?.workdir ?? null,
    args: cell.args,
    startSeconds: cell.limits.startSeconds,
    options: { ...cell.options, budgetSeconds: SILENT_SECONDS },
    outputBytes: cell.limits.outputKiB * 1024,
    loops: cell.loops,
    focus,
    readsInside: false,
    shareSeconds: null,
    memsize: false,
    seed: 1,
    spacingPercent: 100,
    trims: true,
    explain,
  });
