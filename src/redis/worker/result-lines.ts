import type { Found } from '../../engine/fleet/ports.ts';
import type { ResultLine } from '../../protocol/schemas/fleet-result-schema.ts';

/** Samples, or histograms, of one line. */
const AT_ONCE = 64;

/** Encodes a result, line by line. */
export function* resultLines(found: Found): Generator<string> {
  for (const line of linesOf(found)) yield JSON.stringify(line);
}

function* linesOf(found: Found): Generator<ResultLine> {
  if (found.kind === 'measure') yield* cellLines(found);
  else if (found.kind === 'explain') yield { line: 'explanation', explanation: found.explanation as never };
  else if (found.kind === 'repeat') yield { line: 'repeats', repeats: found.repeats as never };
  else yield { line: 'failed', reason: found.reason.slice(0, 10_000) };
  yield { line: 'end' };
}

function* cellLines({ measured }: Extract<Found, { kind: 'measure' }>): Generator<ResultLine> {
  const { cell, image, offered = null, traces } = measured;
  yield { line: 'cell', cell: cell as never, image, offered };
  for (const { pass, trace, bands } of traces) {
    yield { line: 'trace', pass, bands: bands as never };
    for (let at = 0; at < trace.samples.length; at += AT_ONCE)
      yield { line: 'samples', samples: trace.samples.slice(at, at + AT_ONCE) as never };
    for (let at = 0; at < trace.histograms.length; at += AT_ONCE)
      yield { line: 'histograms', histograms: trace.histograms.slice(at, at + AT_ONCE) as never };
  }
}
