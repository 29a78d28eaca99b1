import type { CellJob } from '../cell-runner.ts';
import type { Containers, PreparedImageResult } from '../ports.ts';

/** Prepares the image of a cell's containers: its ruby's, with its gems. */
export async function prepareCell(
  { configuration, gems }: Pick<CellJob, 'configuration' | 'gems'>,
  containers: Containers,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<PreparedImageResult> {
  const prepared = await containers.prepare(configuration.ruby, progress, signal);
  if (!prepared.ok || gems === null || signal.aborted) return prepared;
  return containers.withGems(prepared.value, gems, progress, signal);
}
