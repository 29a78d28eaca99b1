import type { CellJob } from '../cell-runner.ts';

/** Makes the labels by which a cell's containers are found: run, cell, ruby. */
export const labelsOf = ({ runId, configuration }: CellJob): Readonly<Record<string, string>> => ({
  run: runId,
  cell: configuration.id,
  ruby: configuration.ruby.name,
});
