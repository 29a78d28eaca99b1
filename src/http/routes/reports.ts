import { z } from '@hono/zod-openapi';
import { HTML_POLICY } from '../../report/page/html.ts';
import type { App, HttpDeps } from '../context.ts';
import { problems, route, runParams } from '../answers/route.ts';
import { recordSchema } from '../answers/schemas.ts';
import type { ReportKind } from '../runs/render.ts';
import { findRunView } from '../runs/find-run.ts';

const BINARY = 'application/octet-stream';
const UTF8 = '; charset=utf-8';

/** A picture has its style in it, and nothing else. */
const SVG_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** Adds `GET /runs/:id/report.EXT`: the run in a form to keep or to send. */
export function addReportRoutes(app: App, deps: HttpDeps): void {
  const add = (
    kind: Exclude<ReportKind, 'badge'>,
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
        const { run } = await findRunView(deps, id);
        const body = await deps.render({ kind, run });
        const disposition = `inline; filename="${id}.${kind}"`;
        return new Response(body, {
          headers: {
            'Content-Type': type === BINARY ? type : `${type}${UTF8}`,
            'Content-Disposition': disposition,
            ...headers,
          },
        });
      },
    );
  add('json', 'application/json', 'The record, indented', recordSchema);
  add('md', 'text/markdown', 'A report for an issue tracker');
  add('csv', 'text/csv', 'One line per ruby');
  add('xml', 'application/xml', 'JUnit’s XML: a case per ruby');
  const still = { 'Content-Security-Policy': SVG_POLICY };
  add('svg', 'image/svg+xml', 'The explained leaks as a picture', z.string(), still);
  add('folded', 'text/plain', 'The explained leaks as folded stacks: bytes that stay of 1,000 iterations');
  add('speedscope.json', 'application/json', 'The explained leaks for speedscope', z.looseObject({}));
  add('pb', BINARY, 'The explained leaks for pprof: bytes that stay of 1,000 iterations');
  route(
    app,
    {
      method: 'get',
      path: '/runs/{id}/badge.svg',
      summary: 'The strip of a run as a badge, as it is now',
      request: { params: runParams },
      responses: {
        200: { description: 'The picture', content: { 'image/svg+xml': { schema: z.string() } } },
        ...problems('not-found'),
      },
    },
    async (c) => {
      const { run } = await findRunView(deps, c.req.param('id'));
      const body = await deps.render({ kind: 'badge', run });
      // To be shown by other sites, and to change with the run.
      const shown = { 'Cross-Origin-Resource-Policy': 'cross-origin', 'Cache-Control': 'no-cache' };
      return new Response(body, { headers: { 'Content-Type': `image/svg+xml${UTF8}`, ...still, ...shown } });
    },
  );
  const policy = { 'Content-Security-Policy': HTML_POLICY };
  add('html', 'text/html', 'One file with table and curves', z.string(), policy);
}
