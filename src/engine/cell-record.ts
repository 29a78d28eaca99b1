import { growingSizes } from '../analysis/growth.ts';
import type { Trace } from '../domain/outcome.ts';
import type { CellRecord, CellState } from '../domain/record.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Failure } from './failure.ts';

/** A cell before anything is known of it. */
export const queuedCell = (ruby: string): CellRecord => ({
  ruby,
  state: 'queued',
  outcome: null,
  stage: 'queued',
  verdict: null,
  cause: null,
  confidence: null,
  growth: null,
  iterations: 0,
  checkpoints: 0,
  seconds: 0,
  microsecondsPerIteration: null,
  smallestDetectable: null,
  blockSizes: [],
  resident: null,
  confirmed: false,
  loops: [],
  environment: null,
  message: null,
  line: null,
  warnings: [],
  output: '',
  outputDroppedBytes: 0,
  explanation: null,
});

export const inState = (cell: CellRecord, state: CellState): CellRecord => ({
  ...cell,
  state,
  stage: state === 'preparing' ? 'image' : state === 'measuring' ? 'loop' : cell.stage,
});

/** A record holds the end of what a script printed: a hundred rubies with all of it would be a hundred megabytes. */
const OUTPUT_CHARACTERS = 32 * 1024;

/** The part of a record that a trace gives, whatever came of the cell. */
function traced(trace: Trace | null): Partial<CellRecord> {
  const last = trace?.samples.at(-1);
  if (trace === null) return {};
  return {
    iterations: last?.iterations ?? 0,
    checkpoints: trace.samples.length,
    microsecondsPerIteration:
      last === undefined || last.iterations === 0 ? null : (last.loopMs * 1000) / last.iterations,
    blockSizes: growingSizes(trace.histograms),
    environment: trace.environment,
    warnings: trace.contradictions.map(
      (text) => `what the script reports of itself contradicts what was observed: ${text}`,
    ),
    output: trace.output.text.slice(-OUTPUT_CHARACTERS),
    outputDroppedBytes: trace.output.droppedBytes + Math.max(0, trace.output.text.length - OUTPUT_CHARACTERS),
  };
}

export function failedCell(ruby: string, failure: Failure, trace: Trace | null, seconds: number): CellRecord {
  const { kind, stage, message, line } = failure;
  return {
    ...queuedCell(ruby),
    ...traced(trace),
    state: 'done',
    outcome: kind,
    stage,
    message,
    line,
    seconds,
    blockSizes: [],
  };
}

export function measuredCell(
  ruby: string,
  verdict: Verdict,
  trace: Trace,
  seconds: number,
  confirmed: boolean,
  warnings: readonly string[],
): CellRecord {
  const base = {
    ...queuedCell(ruby),
    ...traced(trace),
    state: 'done',
    outcome: 'measured',
    stage: 'finish',
    seconds,
  } as const;
  const all = [...(base.warnings ?? []), ...warnings];
  const common = {
    ...base,
    warnings: all,
    verdict: verdict.kind,
    growth: verdict.growth,
    smallestDetectable: verdict.smallestDetectable,
  };
  if (verdict.kind === 'inconclusive') return { ...common, message: verdict.reason, blockSizes: [] };
  const { confidence, evidence: message, resident } = verdict;
  if (verdict.kind === 'clean') return { ...common, confidence, message, resident, blockSizes: [] };
  return { ...common, confidence, message, resident, cause: verdict.cause, confirmed };
}
