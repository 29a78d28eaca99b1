import type { Host } from '../domain/measurement/outcome.ts';
import type { CellRecord } from '../domain/run/record.ts';

/** Returns the host where it is not the one that measured the cell; else null, also where that is not known. */
export const otherHost = (
  { host: measuredOn }: Pick<CellRecord, 'host'>,
  host: Host | null | undefined,
): Host | null => (measuredOn === null || measuredOn.name === host?.name ? null : (host ?? null));
