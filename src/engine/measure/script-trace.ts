import { contextName } from '../../domain/loops/loop-context.ts';
import type { ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { MeasuredCell } from '../cell-runner.ts';
import type { PassResult } from './pass.ts';

/**
 * Makes the trace of the whole script, with the loops that it came to; empty where that is one: its own trace shows the
 * same.
 */
export function scriptTrace(
  { stretches, trace }: Pick<PassResult, 'stretches' | 'trace'>,
  loops: readonly ScriptLoop[],
): MeasuredCell['traces'] {
  const bands = stretches.flatMap(({ stretch: { id, site, context } }) => {
    const loop = loops[site];
    if (loop === undefined) return [];
    const alike = stretches.flatMap((one) => (one.stretch.site === site ? [one.stretch.context] : []));
    return [{ stretch: id, line: loop.line, context: contextName(context, alike) }];
  });
  if (bands.length < 2) return [];
  return [{ pass: 'script', trace: { ...trace, histograms: [] }, bands }];
}
