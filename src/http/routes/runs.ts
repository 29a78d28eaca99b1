import type { RunView } from '../../engine/service/intake/submission.ts';
import { z } from '@hono/zod-openapi';
import { requireWriter } from '../access/writers.ts';
import type { TokenBuckets } from '../access/token-bucket.ts';
import type { App, HttpDeps } from '../context.ts';
import { Drafts } from '../submit/drafts.ts';
import { answerList } from '../list/list-runs.ts';
import { listQuerySchema } from '../list/list-query.ts';
import { jsonResponse } from '../answers/responses.ts';
import { json, problems, route, WRITERS } from '../answers/route.ts';
import { listSchema, runSchema } from '../answers/schemas.ts';
import { contentType, FORM, readSubmission, SCRIPT_TYPES } from '../submit/submission.ts';
import { formSchema, submissionQuerySchema } from '../submit/submission-schema.ts';
import { submit } from '../submit/submit.ts';
import { submitForm } from '../submit/submit-form.ts';

/** Adds `POST /runs` and `GET /runs`. */
export function addRunsRoutes(app: App, deps: HttpDeps, writes: TokenBuckets): void {
  const drafts = new Drafts(deps.matrix);
  const script = {
    schema: z.string().openapi({ description: 'The script itself; its options are in the query.' }),
  };
  route(
    app,
    {
      method: 'post',
      path: '/runs',
      summary: 'Measure a script on every chosen ruby',
      security: WRITERS,
      request: {
        headers: z.object({
          'Idempotency-Key': z.string().min(1).max(255).optional().openapi({
            description: 'The same key and request give the same run, also after a restart.',
          }),
          'Cache-Control': z.string().optional().openapi({
            description:
              '`no-cache`: measure even what an earlier run has measured, as `"cache": false` does',
          }),
        }),
        query: submissionQuerySchema,
        body: {
          required: true,
          content: {
            'application/json': { schema: drafts.schema },
            ...Object.fromEntries(SCRIPT_TYPES.map((type) => [type, script])),
            [FORM]: { schema: formSchema },
          },
        },
      },
      responses: {
        202: json(runSchema, 'The run was accepted and stored; Location is its address.'),
        200: json(runSchema, 'A finished run answers it: `cached` is true.'),
        303: { description: 'The same, for the form of the page.' },
        ...problems(
          ...([
            'invalid-request',
            'malformed-body',
            'not-measurable',
            'unauthorized',
            'foreign-origin',
          ] as const),
          ...([
            'body-too-large',
            'unsupported-media-type',
            'key-reused',
            'rate-limited',
            'queue-full',
          ] as const),
          ...(['draining', 'not-ready', 'disk-full'] as const),
        ),
      },
    },
    async (c) => {
      if (contentType(c) === FORM) return submitForm(c, deps, writes, drafts);
      const token = requireWriter(c, deps, writes);
      const request = await readSubmission(c, drafts, deps.limits.bodyBytes);
      const { kind, view } = await submit(c, deps, token, request);
      const headers = { Location: `/runs/${view.run.id}` };
      return jsonResponse(runAnswer(view, kind === 'cached'), kind === 'cached' ? 200 : 202, headers);
    },
  );

  route(
    app,
    {
      method: 'get',
      path: '/runs',
      summary: 'The runs, newest first',
      description: 'Fields together narrow the list down. A browser (Accept: text/html) gets the page.',
      request: { query: listQuerySchema },
      responses: {
        200: json(listSchema, 'One page of them'),
        ...problems('invalid-request', 'unauthorized', 'rate-limited'),
      },
    },
    (c) => answerList(c, deps, writes),
  );
}

/** Makes the answer of `GET /runs/:id` and `POST /runs`. */
export const runAnswer = ({ run, attempts, queuePosition }: RunView, cached = false): object => ({
  ...run,
  attempts,
  queuePosition,
  cached,
});
