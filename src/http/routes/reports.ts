import { z } from '@hono/zod-openapi';
import { HTML_POLICY } from '../../report/page/html.ts';
import type { App, HttpDeps } from '../context.ts';
import { problems, route, runParams } from '../answers/route.ts';
import { recordSchema } from '../answers/schemas.ts';
import type { Rendering } from '../runs/render.ts';
import { theRun } from '../runs/the-run.ts';

const UTF8 = '; charset=utf-8';

/** Adds `GET /runs/:id/report.EXT`: the run in a form to keep or to send. */
export function addReportRoutes(app: App, deps: HttpDeps): void {
  const add = (
    kind: Exclude<Rendering['kind'], 'page'>,
    type: string,
    what: string,
    schema: z.ZodType = z.string(),
    headers: Readonly<Record<string, string>> = {},
  ): void =>
    route(
      app,
      {
        method: 'get',
        path: `/runs/{id}/report.${kind}`,
        summary: what,
        request: { params: runParams },
        responses: {
          200: { description: 'The report', content: { [type]: { schema } } },
          ...problems('not-found'),
        },
      },
      async (c) => {
        const id = c.req.param('id') ?? '';
        const { run } = await theRun(deps, id);
        const body = await deps.render({ kind, run });
        const disposition = `inline; filename="${id}.${kind}"`;
        return new Response(body, {
          headers: { 'Content-Type': `${type}${UTF8}`, 'Content-Disposition': disposition, ...headers },
        });
      },
    );
  add('json', 'application/json', 'The record, indented', recordSchema);
  add('md', 'text/markdown', 'A report for an issue tracker');
  add('csv', 'text/csv', 'One line per ruby');
  add('xml', 'application/xml', 'JUnit’s XML: a case per ruby');
  const policy = { 'Content-Security-Policy': HTML_POLICY };
  add('html', 'text/html', 'One file with table and curves', z.string(), policy);
}
