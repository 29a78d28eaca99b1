import type { RunRecord } from '../../domain/run/record.ts';
import type { RunService } from '../../engine/service/run-service.ts';

const SHOWN = 10;

/** Loads the newest runs, for the home page. */
export async function latestRecords(service: RunService): Promise<readonly RunRecord[]> {
  const newest = (await service.list()).slice(0, SHOWN);
  const views = await Promise.all(newest.map(({ id }) => service.view(id)));
  return views.flatMap((view) => view?.run ?? []);
}
