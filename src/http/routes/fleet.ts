import type { FleetView } from '../../engine/fleet/fleet.ts';
import type { App, HttpDeps } from '../context.ts';
import { ProblemError } from '../answers/problem.ts';
import { jsonResponse } from '../answers/responses.ts';
import { json, problems, route } from '../answers/route.ts';
import { fleetSchema } from '../answers/schemas.ts';

/** Adds `GET /fleet`, what the workers of the service do. */
export function addFleetRoute(app: App, { service }: HttpDeps): void {
  route(
    app,
    {
      method: 'get',
      path: '/fleet',
      summary: 'The workers that measure for the service',
      responses: { 200: json(fleetSchema, 'In the order in which they came'), ...problems('not-found') },
    },
    () => {
      const { fleet } = service.load();
      if (fleet === null)
        throw new ProblemError(
          'not-found',
          'this service measures by itself: it was started without --redis',
        );
      const { workers, waiting, counts, problem } = fleet;
      return jsonResponse({ workers: workers.map(shownWorker), waiting, ...counts, problem });
    },
  );
}

/** Drops what is nobody else's business: the id by which a worker is addressed, the name of its token, its images. */
function shownWorker(worker: FleetView['workers'][number]): object {
  const { name, host, arch, places, taken, labels, version, since, leaving, problem } = worker;
  const [silentSeconds, clockAheadSeconds] = [worker.silentSeconds, worker.clockAheadSeconds].map(
    (seconds) => Math.round(seconds * 10) / 10,
  );
  const seen = { since, silentSeconds, clockAheadSeconds };
  return { name, host, arch, places, taken, labels, version, ...seen, leaving, problem };
}
