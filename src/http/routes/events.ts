import { z } from '@hono/zod-openapi';
import type { RunRecord } from '../../domain/run/record.ts';
import type { EventReader, NumberedEvent } from '../../engine/service/event-log.ts';
import type { App, HttpDeps } from '../context.ts';
import type { Turns } from '../turns.ts';
import { eventStream } from '../runs/event-stream.ts';
import { wantsLines } from '../answers/negotiate.ts';
import { ProblemError } from '../answers/problem.ts';
import { problems, route, runParams, text } from '../answers/route.ts';
import { findRunView } from '../runs/find-run.ts';

const TOO_MANY_RETRY_SECONDS = 15;

/** Adds `GET /runs/:id/events`. */
export function addEventsRoute(app: App, deps: HttpDeps, turns: Turns): void {
  const { limits, metrics, service } = deps;
  let open = 0;
  const count = (change: number): void => {
    open += change;
    metrics.streamsOpen(open);
  };
  route(
    app,
    {
      method: 'get',
      path: '/runs/{id}/events',
      summary: 'Live events of a run',
      description:
        'Server-sent events; with Accept: application/x-ndjson one JSON object per line. Without Last-Event-ID, or when ' +
        'too much was missed, the first event is `run` with the record as it is. The last one is `done`. ' +
        'Ids only grow. 204: there is nothing after Last-Event-ID, and nothing will come.',
      request: {
        params: runParams,
        headers: z.object({
          'Last-Event-ID': z
            .string()
            .optional()
            .openapi({ description: 'Id of the last event that was read: the stream goes on after it.' }),
        }),
      },
      responses: {
        200: text('The stream; it ends with the run.', 'text/event-stream', 'application/x-ndjson'),
        204: { description: 'The run is over and its last event was read.' },
        ...problems('not-found', 'too-many-streams'),
      },
    },
    async (c) => {
      const { run } = await findRunView(deps, c.req.param('id'));
      if (open >= limits.streams) {
        throw new ProblemError(
          'too-many-streams',
          `${open} event streams are open: close some, or poll the record`,
          {
            headers: { 'Retry-After': String(TOO_MANY_RETRY_SECONDS) },
          },
        );
      }
      const after = lastEventId(c.req.header('Last-Event-ID'));
      // Live events first, then the record: a run that ends between the two is found finished.
      const events = service.events(run.id, after) ?? finished((await findRunView(deps, run.id)).run, after);
      if (events === null) return new Response(null, { status: 204 });
      count(1);
      const format = wantsLines(c) ? 'ndjson' : 'sse';
      const { heartbeatMs, stallMs } = limits;
      const stream = eventStream(events, {
        format,
        heartbeatMs,
        stallMs,
        turn: () => turns.take(),
        ended: () => count(-1),
      });
      return new Response(stream, {
        headers: {
          'Content-Type': format === 'sse' ? 'text/event-stream; charset=utf-8' : 'application/x-ndjson',
          'Cache-Control': 'no-store',
          // Proxies that buffer answers would hold events back.
          'X-Accel-Buffering': 'no',
          Vary: 'Accept',
        },
      });
    },
  );
}

function lastEventId(header: string | undefined): number | null {
  return header !== undefined && /^\d{1,16}$/.test(header) ? Number(header) : null;
}

/** Makes the events of a finished run: the record, and `done`; null when the reader has had them. */
function finished(run: RunRecord, after: number | null): EventReader | null {
  // Above every id of the run's own events, which count from its beginning in microseconds.
  const id = Date.parse(run.finishedAt ?? run.createdAt) * 1000;
  if (after !== null && after >= id) return null;
  const events: NumberedEvent[] = [
    { id: id - 1, event: { type: 'run', run } },
    { id, event: { type: 'done', run } },
  ];
  return { next: async () => events.shift() ?? null, close: () => {} };
}
