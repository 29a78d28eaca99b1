import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';

/** Options of a run that named nothing but a shorter budget. */
export const RECORDED_OPTIONS: RunRecord['options'] = {
  ...STANDARD_OPTIONS,
  budgetSeconds: 30,
  path: null,
  args: [],
  workdirFrom: null,
  images: [],
  folders: [],
  workdir: null,
  config: null,
  runtime: null,
};
