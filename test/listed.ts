import { EVERY_RUN } from '../src/engine/service/archive/run-query.ts';
import type { RunSummary } from '../src/engine/service/archive/run-summary.ts';
import type { RunService } from '../src/engine/service/run-service.ts';

/** Lists every run of a service, the newest first. */
export const listed = async (service: RunService): Promise<readonly RunSummary[]> =>
  (await service.search({ ...EVERY_RUN, limit: 1000 })).runs;
