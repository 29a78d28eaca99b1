import type { App, HttpDeps } from '../context.ts';
import { jsonResponse } from '../answers/responses.ts';
import { placesOf } from '../fleet/places.ts';
import { ProblemError } from '../answers/problem.ts';
import { json, problems, route, text } from '../answers/route.ts';
import { healthSchema, readySchema } from '../answers/schemas.ts';

const RETRY_SECONDS = 10;

/** Adds `/healthz` (the process answers), `/readyz` (a new run would be measured) and `/metrics`. */
export function addHealthRoutes(app: App, { service, metrics, version }: HttpDeps): void {
  route(
    app,
    {
      method: 'get',
      path: '/healthz',
      summary: 'Whether the service runs',
      responses: { 200: json(healthSchema, 'It does'), ...problems() },
    },
    () => jsonResponse({ status: 'ok', version }),
  );
  route(
    app,
    {
      method: 'get',
      path: '/readyz',
      summary: 'Whether a new run would be measured now',
      responses: { 200: json(readySchema, 'It would'), ...problems('not-ready') },
    },
    async () => {
      const stands = await service.problems();
      if (stands.length > 0) {
        throw new ProblemError('not-ready', stands.join('; '), {
          headers: { 'Retry-After': String(RETRY_SECONDS) },
        });
      }
      const { measuringCells, waitingCells, waitingRuns, fleet } = service.load();
      const workers = fleet?.workers.length ?? null;
      const freePlaces = fleet === null ? null : placesOf(fleet).free;
      return jsonResponse({
        status: 'ready',
        measuringCells,
        waitingCells,
        waitingRuns,
        workers,
        freePlaces,
      });
    },
  );
  route(
    app,
    {
      method: 'get',
      path: '/metrics',
      summary: 'Metrics for Prometheus',
      responses: { 200: text('Prometheus’ text format', 'text/plain'), ...problems() },
    },
    async () => {
      const read = await metrics.read(service.load());
      return new Response(read.text, { headers: { 'Content-Type': read.contentType } });
    },
  );
}
