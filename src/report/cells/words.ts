import type { FailureKind, Stage } from '../../domain/measurement/outcome.ts';
import type { Cause } from '../../domain/measurement/verdict.ts';

export const CAUSE_WORDS: Readonly<Record<Cause, string>> = {
  native: 'native',
  objects: 'objects',
  'outside-malloc': 'outside malloc',
};

export const FAILURE_WORDS: Readonly<Record<FailureKind, string>> = {
  'script-error': 'script error',
  'out-of-memory': 'out of memory',
  'timed-out': 'timed out',
  'image-unavailable': 'image unavailable',
  'gems-unavailable': 'gems unavailable',
  'setting-unavailable': 'setting unavailable',
  'engine-error': 'engine error',
  cancelled: 'cancelled',
};

/** Stage at which a cell failed, to follow "failed". */
export const STAGE_WORDS: Readonly<Record<Stage, string>> = {
  queued: 'before it started',
  image: 'while its image was made',
  gems: 'while its gems were installed',
  start: 'while its container started',
  setup: 'before the loop',
  loop: 'in the loop',
  finish: 'after the loop',
};
