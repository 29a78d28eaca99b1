import { growingSizes } from '../../analysis/growth.ts';
import { describeLoops, laterRounds, worstLoop } from '../../analysis/loops/loop-records.ts';
import type { CellName } from '../../domain/cell/configuration.ts';
import type { Trace } from '../../domain/measurement/outcome.ts';
import type { CellRecord, CellState, LoopRecord } from '../../domain/run/record.ts';
import type { Sample } from '../../domain/measurement/sample.ts';
import type { ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { Failure } from './failures/failure.ts';
import type { JudgedStretch } from './judge-loops.ts';
import type { PassResult } from './pass.ts';

/** Makes the record of a queued cell. */
export const queuedCell = ({ id, ruby, settings }: CellName): CellRecord => ({
  id,
  ruby,
  settings,
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
  host: null,
  code: null,
  message: null,
  line: null,
  warnings: [],
  output: '',
  outputDroppedBytes: 0,
  explanation: null,
  repeats: null,
  fingerprint: null,
  from: null,
});

export const inState = (cell: CellRecord, state: CellState): CellRecord => ({
  ...cell,
  state,
  stage: state === 'preparing' ? 'image' : state === 'measuring' ? 'loop' : cell.stage,
});

/**
 * Characters of a script's output that a record keeps, the last ones: all output of a hundred rubies would be
 * a hundred megabytes.
 */
const OUTPUT_CHARACTERS = 32 * 1024;

/** Makes the part of a record that a trace gives, whatever the outcome. */
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
    ...outputOf(trace),
  };
}

const outputOf = ({ output }: Pick<Trace, 'output'>): Pick<CellRecord, 'output' | 'outputDroppedBytes'> => ({
  output: output.text.slice(-OUTPUT_CHARACTERS),
  outputDroppedBytes: output.droppedBytes + Math.max(0, output.text.length - OUTPUT_CHARACTERS),
});

/** Makes the record of a cell that could not be measured, with what its trace still shows. */
export function failedCell(
  name: CellName,
  failure: Failure,
  trace: Trace | null,
  seconds: number,
): CellRecord {
  const { kind, stage, code, message, line } = failure;
  return {
    ...queuedCell(name),
    ...traced(trace),
    state: 'done',
    outcome: kind,
    stage,
    code,
    message,
    line,
    seconds,
    blockSizes: [],
  };
}

/** Selects the part of a container's trace that belongs to one stretch. */
export function stretchTrace(trace: PassResult['trace'], samples: readonly Sample[]): PassResult['trace'] {
  const stretch = samples[0]?.stretch ?? 0;
  return { ...trace, samples, histograms: trace.histograms.filter((one) => one.stretch === stretch) };
}

/** Makes the record of a cell whose loops were judged; `worst` is the stretch that decides its verdict. */
export function judgedCell(
  name: CellName,
  loops: readonly ScriptLoop[],
  judged: readonly JudgedStretch[],
  survey: PassResult,
  seconds: number,
): { readonly cell: CellRecord; readonly worst: JudgedStretch | null } {
  const described = [...describeLoops(loops, judged, survey.ran), ...unreached(loops, survey)];
  const records = described.map(({ record: one }) => one);
  const { record, finding: worst } = worstLoop(described) ?? { record: null, finding: null };
  const pass = worst?.pass ?? survey;
  const verdict = worst?.result?.verdict ?? null;
  const trace = worst === null ? survey.trace : stretchTrace(pass.trace, worst.samples);
  const base = traced(trace);
  const message = isJudged(record) ? record.message : nothingJudged(records);
  const cell: CellRecord = {
    ...queuedCell(name),
    ...base,
    // A container of one loop may never reach output that is printed after it.
    ...outputOf(survey.trace),
    state: 'done',
    outcome: 'measured',
    stage: 'finish',
    seconds,
    loops: records,
    warnings: [
      ...(base.warnings ?? []),
      ...judged.flatMap(({ warning }) => (warning === null ? [] : [warning])),
      ...survey.warnings.filter((text) => message?.includes(text) !== true),
    ],
    verdict: record?.verdict ?? 'inconclusive',
    cause: record?.cause ?? null,
    growth: record?.growth ?? null,
    iterations: record?.iterations ?? 0,
    microsecondsPerIteration: record?.microsecondsPerIteration ?? null,
    smallestDetectable: record?.smallestDetectable ?? null,
    confidence: verdict === null || verdict.kind === 'inconclusive' ? null : verdict.confidence,
    resident: verdict === null || verdict.kind === 'inconclusive' ? null : verdict.resident,
    confirmed: record?.verdict === 'leak' && worst?.confirmed === true,
    blockSizes: record?.verdict === 'leak' ? sizesPer(record, base.blockSizes ?? [], worst) : [],
    code: isJudged(record) ? record.code : 'no-loop-judged',
    message,
  };
  return { cell, worst };
}

function unreached(loops: readonly ScriptLoop[], { cutOff }: PassResult) {
  const loop = cutOff === null ? undefined : loops[cutOff.stretch.site];
  if (cutOff === null || loop === undefined) return [];
  return [{ record: laterRounds(loop, cutOff.stretch, cutOff.why), finding: null }];
}

/** Converts block sizes from iterations of the judged loop to iterations of the record's loop. */
function sizesPer(
  record: LoopRecord,
  sizes: CellRecord['blockSizes'],
  worst: JudgedStretch | null,
): CellRecord['blockSizes'] {
  const counted = worst?.samples.at(-1)?.iterations ?? 0;
  const factor = record.iterations === 0 ? 1 : counted / record.iterations;
  return sizes.map(({ bytes, perIteration }) => ({ bytes, perIteration: perIteration * factor }));
}

const isJudged = (record: LoopRecord | null): record is LoopRecord =>
  record !== null && record.verdict !== null;

/** Describes why no loop has a verdict. */
function nothingJudged(records: readonly LoopRecord[]): string {
  const lines = records.map(({ line, message }) => `line ${line} ${message ?? 'was not judged'}`);
  return lines.length === 0
    ? 'no loop of the script ran long enough to be judged'
    : `${lines.slice(0, 6).join('; ')}; let the loop run longer, or name it with --loop LINE`;
}
