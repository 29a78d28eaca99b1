import { z } from '@hono/zod-openapi';
import { endSession, startSession } from '../access/cookies.ts';
import { requireFormWriter, requireOwnPage } from '../access/writers.ts';
import type { TokenBuckets } from '../access/token-bucket.ts';
import type { App, Ctx, HttpDeps } from '../context.ts';
import { invalid } from '../submit/field-errors.ts';
import { wantsPage } from '../answers/negotiate.ts';
import { readBody, utf8 } from '../submit/read-body.ts';
import { problems, route } from '../answers/route.ts';

const FORM_BYTES = 8 * 1024;

/**
 * Adds `POST /session` and `POST /session/end`: the page exchanges a token for a cookie that scripts cannot
 * read and other sites' pages cannot send (HttpOnly, SameSite=Strict). Writes with it also need a matching
 * origin.
 */
export function addSessionRoutes(app: App, deps: HttpDeps, writes: TokenBuckets): void {
  const answers = {
    204: { description: 'Done; the cookie is set or gone.' },
    303: { description: 'The same, for the form of the page: back to it.' },
  };
  route(
    app,
    {
      method: 'post',
      path: '/session',
      summary: 'Exchange a token for a session of the page',
      request: {
        body: {
          required: true,
          content: {
            'application/x-www-form-urlencoded': {
              schema: z.object({ token: z.string(), to: z.string().optional() }),
            },
          },
        },
      },
      responses: {
        ...answers,
        ...problems(
          'unauthorized',
          'foreign-origin',
          'invalid-request',
          'malformed-body',
          'body-too-large',
          'rate-limited',
        ),
      },
    },
    async (c) => {
      requireOwnPage(c, deps);
      const form = new URLSearchParams(utf8(await readBody(c, FORM_BYTES)));
      const given = form.get('token')?.trim() ?? '';
      if (given === '')
        throw invalid([
          { code: 'not-allowed', in: 'body', field: 'token', detail: 'expected the token of this service' },
        ]);
      startSession(c, deps, requireFormWriter(c, deps, writes, given));
      return back(c, form.get('to'));
    },
  );
  route(
    app,
    {
      method: 'post',
      path: '/session/end',
      summary: 'End the session of the page',
      responses: { ...answers, ...problems('foreign-origin') },
    },
    (c) => {
      requireOwnPage(c, deps);
      endSession(c, deps);
      return back(c);
    },
  );
}

/** Redirects to the home page, or to the page of this service that was requested before. */
function back(c: Ctx, to: string | null = null): Response {
  if (!wantsPage(c)) return c.newResponse(null, 204);
  const here = 'http://here';
  const target = URL.parse(to ?? '/', here);
  const Location = target?.origin === here ? target.pathname + target.search : '/';
  return c.newResponse(null, 303, { Location });
}
