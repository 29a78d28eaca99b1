import { isSignedIn } from '../access/writers.ts';
import { wantsPage } from '../answers/negotiate.ts';
import { jsonResponse, pageResponse } from '../answers/responses.ts';
import { json, problems, route } from '../answers/route.ts';
import { queueSchema } from '../answers/schemas.ts';
import type { App, HttpDeps } from '../context.ts';
import { queuePage } from '../pages/index.ts';
import type { QueuedRun } from '../../engine/service/queue.ts';

/** Adds `GET /queue`: what is running and what waits. */
export function addQueueRoute(app: App, deps: HttpDeps): void {
  route(
    app,
    {
      method: 'get',
      path: '/queue',
      summary: 'What is running, and what waits, with places in the queue',
      description: 'A browser (Accept: text/html) gets the page.',
      responses: { 200: json(queueSchema, 'The queue as it is now'), ...problems() },
    },
    (c) => {
      const queue = deps.service.queue();
      if (wantsPage(c)) return pageResponse(queuePage(queue, isSignedIn(c, deps)));
      const { running, waiting, ...load } = queue;
      const answer = { ...load, running: running.map(flat), waiting: waiting.map(flat) };
      return jsonResponse(answer, 200, { Vary: 'Accept' });
    },
  );
}

const flat = ({ summary, position }: QueuedRun): object => ({ ...summary, queuePosition: position });
