import { requireWriter } from '../access/writers.ts';
import type { TokenBuckets } from '../access/token-bucket.ts';
import type { App, HttpDeps } from '../context.ts';
import { jsonResponse } from '../answers/responses.ts';
import { wantsPage } from '../answers/negotiate.ts';
import { ProblemError } from '../answers/problem.ts';
import { json, problems, route, runParams, WRITERS } from '../answers/route.ts';
import { runSchema, samplesSchema } from '../answers/schemas.ts';
import { z } from '@hono/zod-openapi';
import { RunPages } from '../runs/run-pages.ts';
import type { Turns } from '../turns.ts';
import { runNotFound, findRunView } from '../runs/find-run.ts';
import { runAnswer } from './runs.ts';

/** Longest time that the answer to a cancel waits for the containers to be removed. */
const CANCEL_WAIT_MS = 5_000;

/** Adds `GET /runs/:id`, `DELETE /runs/:id`, and the samples of one cell. */
export function addRunRoutes(app: App, deps: HttpDeps, writes: TokenBuckets, turns: Turns): void {
  const pages = new RunPages(deps, turns);
  route(
    app,
    {
      method: 'get',
      path: '/runs/{id}',
      summary: 'The record of a run',
      description: 'A browser (Accept: text/html) gets the page.',
      request: { params: runParams },
      responses: { 200: json(runSchema, 'The record as it is now'), ...problems('not-found') },
    },
    async (c) => {
      const id = c.req.param('id') ?? '';
      if (wantsPage(c)) return pages.answer(c, id);
      return jsonResponse(runAnswer(await findRunView(deps, id)), 200, { Vary: 'Accept' });
    },
  );

  route(
    app,
    {
      method: 'delete',
      path: '/runs/{id}',
      summary: 'Cancel a run, or remove a finished one',
      security: WRITERS,
      request: { params: runParams },
      responses: {
        200: json(runSchema, 'The run is cancelled; what was measured is kept.'),
        202: json(runSchema, 'The run is being cancelled.'),
        204: { description: 'The run was finished and is removed.' },
        ...problems('not-found', 'unauthorized', 'foreign-origin', 'rate-limited'),
      },
    },
    async (c) => {
      requireWriter(c, deps, writes);
      const id = c.req.param('id') ?? '';
      const result = await deps.service.cancelOrRemove(id, CANCEL_WAIT_MS);
      if (result === null) throw runNotFound(id);
      c.get('log').info({ run: id, removed: result === 'removed' }, 'a run was cancelled or removed');
      if (result === 'removed') return new Response(null, { status: 204 });
      return jsonResponse(runAnswer(result), result.run.finishedAt === null ? 202 : 200);
    },
  );

  route(
    app,
    {
      method: 'get',
      path: '/runs/{id}/cells/{cell}/samples',
      summary: 'What was read at every checkpoint of one cell',
      request: {
        params: runParams.extend({
          cell: z.string().openapi({
            param: { name: 'cell', in: 'path' },
            description: '`id` of a cell of the record: the name of its ruby, and its settings if it has any',
          }),
        }),
      },
      responses: { 200: json(samplesSchema, 'Empty until the cell was measured'), ...problems('not-found') },
    },
    async (c) => {
      const { run } = await findRunView(deps, c.req.param('id'));
      const asked = c.req.param('cell') ?? '';
      const cell = run.cells.find(({ id }) => id === asked);
      if (cell === undefined) {
        throw new ProblemError(
          'not-found',
          `this run has no cell ${JSON.stringify(asked.slice(0, 80))}: its record lists them`,
        );
      }
      const { id, ruby } = cell;
      return jsonResponse({ run: run.id, cell: id, ruby, passes: await deps.service.tracesOf(run.id, id) });
    },
  );
}
