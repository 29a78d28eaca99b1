import type { CellJob } from '../cell-runner.ts';

/** Returns the labels that a container of a cell is found by: run, cell, ruby. */
export const labelsOf = ({ runId, configuration }: CellJob): Readonly<Record<string, string>> => ({
  run: runId,
  cell: configuration.id,
  ruby: configuration.ruby.name,
});
