import { EVERY_RUN } from '../../engine/service/archive/run-query.ts';
import type { RunSummary } from '../../engine/service/archive/run-summary.ts';
import type { RunService } from '../../engine/service/run-service.ts';

const SHOWN = 10;

/** Finds the newest runs, for the home page. */
export const latestRuns = async (service: RunService): Promise<readonly RunSummary[]> =>
  (await service.search({ ...EVERY_RUN, limit: SHOWN })).runs;
