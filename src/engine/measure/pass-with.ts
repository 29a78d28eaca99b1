import { withAllocator } from '../../domain/cell/axis-values.ts';
import { configurationOf } from '../../domain/cell/configuration.ts';
import type { CellJob } from '../cell-runner.ts';
import type { Containers, PreparedImage } from '../ports.ts';
import type { ComparedSettings } from './compare-allocators.ts';
import type { PassPlan, PassResult } from './pass.ts';
import { unavailableSetting } from './failures/unavailable-setting.ts';

/** Settings of a cell's containers. */
interface Cell {
  readonly job: CellJob;
  readonly prepared: PreparedImage;
  readonly containers: Containers;
  readonly run: (
    how: Pick<PassPlan, 'focus' | 'confirming' | 'policy'> & Partial<PassPlan>,
  ) => Promise<PassResult>;
  readonly signal: AbortSignal;
}

/**
 * Runs a container of a cell with other settings of the allocator than the cell's own, or says why it can't. Nothing is
 * downloaded for it.
 */
export async function passWith(
  settings: ComparedSettings,
  how: Pick<PassPlan, 'focus' | 'confirming' | 'policy' | 'watchesAllocator'>,
  budgetSeconds: number,
  cell: Cell,
): Promise<PassResult | string> {
  const { job, run } = cell;
  const image = await imageWith(settings, cell);
  if (image === null)
    return `its library is not in the image (--with allocator=${settings.allocator ?? ''} adds it)`;
  const { ruby } = job.configuration;
  const configuration = configurationOf(ruby, { ...job.configuration.settings, ...settings });
  const pass = await run({ ...how, image, configuration, options: { ...job.options, budgetSeconds } });
  return unavailableSetting(configuration, pass) === null ? pass : 'its library is not in the image';
}

/** Finds an image that supports the settings; null where it would have to be made first. */
async function imageWith(
  settings: ComparedSettings,
  { job, prepared, containers, signal }: Cell,
): Promise<PreparedImage | null> {
  if (settings.allocator === undefined) return prepared;
  if (job.gems !== null) return null;
  const { ruby } = job.configuration;
  const made = await containers.findPrepared?.(withAllocator(ruby, settings), signal);
  // An image of others may hold the library itself.
  return made ?? (prepared.source === 'debian' || prepared.source === 'folder' ? null : prepared);
}
