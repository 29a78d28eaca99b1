import type { MeasuredCell } from '../../engine/cell-runner.ts';
import type { Found } from '../../engine/fleet/ports.ts';
import { resultLineSchema, type ResultLine } from '../../protocol/schemas/fleet-result-schema.ts';
import { firstIssue } from '../../protocol/schemas/record-schema.ts';
import { ProblemError } from '../answers/problem.ts';

type Trace = MeasuredCell['traces'][number];

/** A trace whose samples come line by line. */
interface Filling extends Pick<Trace, 'pass' | 'bands'> {
  readonly samples: unknown[];
  readonly histograms: unknown[];
}

/** Fields of a trace that only the worker needs. */
const NOTHING = { environment: null, output: { text: '', droppedBytes: 0 }, contradictions: [] };

/**
 * Puts the lines of a result together.
 * @throws {ProblemError} where a line is not what a worker of this version sends, or the end is missing
 */
export async function readFound(lines: AsyncIterable<string>): Promise<Found> {
  let found: Found | null = null;
  const traces: Filling[] = [];
  for await (const text of lines) {
    const line = parsed(text);
    if (line.line === 'end') return found === null ? malformed('nothing stands before its end') : found;
    if (line.line === 'trace') {
      traces.push({ pass: line.pass, bands: line.bands, samples: [], histograms: [] });
      found = withTraces(found, traces);
    } else if (line.line === 'samples' || line.line === 'histograms') addTo(traces.at(-1), line);
    else if (found === null) found = beginning(line);
    else malformed('it has two results');
  }
  return malformed('its end is missing');
}

function addTo(
  trace: Filling | undefined,
  line: Extract<ResultLine, { line: 'samples' | 'histograms' }>,
): void {
  if (trace === undefined) malformed('samples stand before their pass');
  else if (line.line === 'samples') trace.samples.push(...line.samples);
  else trace.histograms.push(...line.histograms);
}

function beginning(
  line: Extract<ResultLine, { line: 'cell' | 'explanation' | 'repeats' | 'failed' }>,
): Found {
  switch (line.line) {
    case 'cell': {
      const { cell, image, offered } = line;
      return { kind: 'measure', measured: { cell, image, offered, traces: [] }, arch: '' };
    }
    case 'explanation':
      return { kind: 'explain', explanation: line.explanation };
    case 'repeats':
      return { kind: 'repeat', repeats: line.repeats };
    case 'failed':
      return { kind: 'failed', reason: line.reason };
  }
}

/** Gives a cell its traces, which are filled as further lines come. */
function withTraces(found: Found | null, traces: readonly Filling[]): Found {
  if (found?.kind !== 'measure') return malformed('a trace belongs to a cell');
  if (traces.length > 3) return malformed('it has more than three traces');
  const given = traces.map(({ pass, bands, samples, histograms }) => ({
    pass,
    ...(bands === undefined ? {} : { bands }),
    trace: { ...NOTHING, samples, histograms } as unknown as Trace['trace'],
  }));
  return { ...found, measured: { ...found.measured, traces: given } };
}

function parsed(text: string): ResultLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return malformed('a line is not JSON');
  }
  const line = resultLineSchema.safeParse(value);
  return line.success ? line.data : malformed(firstIssue(line.error));
}

function malformed(what: string): never {
  throw new ProblemError('malformed-body', `this is not a result of a worker: ${what}`);
}
