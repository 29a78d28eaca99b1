import { STANDARD_OPTIONS } from '../../../../src/domain/run/options.ts';
import { configurationOf } from '../../../../src/domain/cell/configuration.ts';
import type { CellJob } from '../../../../src/engine/cell-runner.ts';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';
import { LIMITS } from '../../domain/limits.ts';
import { aLoop } from '../../script/a-loop.ts';

/** Makes the job of a cell: a script of one loop. */
export const aJob = (ruby: Ruby): CellJob => ({
  runId: 'run',
  configuration: configurationOf(ruby),
  input: Buffer.from('tar'),
  scriptName: 'repro.rb',
  loops: [aLoop()],
  args: [],
  limits: LIMITS,
  options: { ...STANDARD_OPTIONS, budgetSeconds: 30 },
  gems: null,
});
