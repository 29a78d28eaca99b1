import { processOf, unappliedSetting } from '../../../domain/cell/axis-values.ts';
import type { Configuration } from '../../../domain/cell/configuration.ts';
import type { Failure } from './failure.ts';
import type { PassResult } from '../pass.ts';

/**
 * Checks that requested settings are in force. Returns the failure where the ruby refused them, or does not
 * report them as on. A cell must never be measured with other settings than those it is named by.
 */
export function unavailableSetting(
  { ruby, settings }: Configuration,
  { failure, trace }: PassResult,
): Failure | null {
  const description = trace.environment?.description ?? '';
  const { flags } = processOf(ruby.version, settings);
  if (description === '') {
    if (flags.length === 0 || failure?.stage !== 'start') return null;
    const lastLine = trace.output.text.trim().split('\n').at(-1) ?? '';
    return unavailable(
      `this ruby did not start with ${flags.join(' ')}${lastLine === '' ? '' : `: ${lastLine}`}`,
    );
  }
  const { allocator = '', arch = '' } = trace.environment ?? {};
  const missing = unappliedSetting({ description, allocator, arch }, settings);
  return missing === null ? null : unavailable(missing);
}

const unavailable = (message: string): Failure => ({
  kind: 'setting-unavailable',
  stage: 'start',
  code: 'setting-unavailable',
  message,
  line: null,
});
