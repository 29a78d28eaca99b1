import { z } from '@hono/zod-openapi';
import { csv } from '../../report/csv.ts';
import { html, HTML_POLICY } from '../../report/html.ts';
import { json as jsonReport } from '../../report/json.ts';
import { junit } from '../../report/junit.ts';
import { markdown } from '../../report/markdown.ts';
import type { App, HttpDeps } from '../context.ts';
import { problems, route, runParams } from '../route.ts';
import { recordSchema } from '../schemas.ts';
import { theRun } from './run.ts';

const UTF8 = '; charset=utf-8';

/** `GET /runs/:id/report.EXT`: the run in a form to keep or to send. */
export function addReportRoutes(app: App, deps: HttpDeps): void {
  const add = (
    extension: string,
    type: string,
    what: string,
    render: (id: string) => Promise<string>,
    schema: z.ZodType = z.string(),
    headers: Readonly<Record<string, string>> = {},
  ): void =>
    route(
      app,
      {
        method: 'get',
        path: `/runs/{id}/report.${extension}`,
        summary: what,
        request: { params: runParams },
        responses: {
          200: { description: 'The report', content: { [type]: { schema } } },
          ...problems('not-found'),
        },
      },
      async (c) => {
        const id = c.req.param('id') ?? '';
        const body = await render(id);
        const disposition = `inline; filename="${id}.${extension}"`;
        return new Response(body, {
          headers: { 'Content-Type': `${type}${UTF8}`, 'Content-Disposition': disposition, ...headers },
        });
      },
    );
  const run = async (id: string) => (await theRun(deps, id)).run;
  add(
    'json',
    'application/json',
    'The record, indented',
    async (id) => jsonReport(await run(id)),
    recordSchema,
  );
  add('md', 'text/markdown', 'A report for an issue tracker', async (id) => markdown(await run(id)));
  add('csv', 'text/csv', 'One line per ruby', async (id) => csv(await run(id)));
  add('xml', 'application/xml', 'JUnit’s XML: a case per ruby', async (id) => junit(await run(id)));
  const page = async (id: string): Promise<string> => html(await run(id), await deps.service.traces(id));
  const policy = { 'Content-Security-Policy': HTML_POLICY };
  add('html', 'text/html', 'One file with table and curves', page, z.string(), policy);
}
