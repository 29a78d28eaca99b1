import { z } from '@hono/zod-openapi';
import { isSignedIn } from '../access/writers.ts';
import { comparisonSchema } from '../answers/comparison-schema.ts';
import { wantsPage } from '../answers/negotiate.ts';
import { jsonText, pageResponse } from '../answers/responses.ts';
import { json, problems, route, runParams } from '../answers/route.ts';
import type { App, HttpDeps } from '../context.ts';
import { findRunView } from '../runs/find-run.ts';

const params = runParams.extend({
  other: z.string().openapi({ param: { name: 'other', in: 'path' }, description: 'Id of another run.' }),
});

/** Adds `GET /runs/:id/compare/:other`: two runs side by side. */
export function addCompareRoute(app: App, deps: HttpDeps): void {
  route(
    app,
    {
      method: 'get',
      path: '/runs/{id}/compare/{other}',
      summary: 'What is different in another run, cell by cell',
      description: 'The first one is the base. A browser (Accept: text/html) gets the page.',
      request: { params },
      responses: { 200: json(comparisonSchema, 'The comparison'), ...problems('not-found') },
    },
    async (c) => {
      const { run } = await findRunView(deps, c.req.param('id'));
      const { run: other } = await findRunView(deps, c.req.param('other'));
      const kind = wantsPage(c) ? 'compare' : 'compare.json';
      const made = await deps.render({ kind, run, other, signedIn: isSignedIn(c, deps) });
      const text = typeof made === 'string' ? made : new TextDecoder().decode(made);
      return kind === 'compare' ? pageResponse(text) : jsonText(text, 200, { Vary: 'Accept' });
    },
  );
}
