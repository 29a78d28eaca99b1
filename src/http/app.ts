import { randomBytes } from 'node:crypto';
import { OpenAPIHono } from '@hono/zod-openapi';
import { checkHost } from './access/host.ts';
import { TokenBuckets } from './access/token-bucket.ts';
import { requireReader } from './access/writers.ts';
import type { App, Ctx, Env, HttpDeps } from './context.ts';
import { wantsPage } from './answers/negotiate.ts';
import { pageResponse } from './answers/responses.ts';
import { errorPage, signInPage } from './pages/index.ts';
import { ProblemError, problemResponse, PROBLEMS } from './answers/problem.ts';
import { Turns } from './turns.ts';
import { addCompareRoute } from './routes/compare.ts';
import { addFleetRoutes } from './fleet/routes.ts';
import { addDocsRoutes } from './routes/docs.ts';
import { addEventsRoute } from './routes/events.ts';
import { addFleetRoute } from './routes/fleet.ts';
import { addHealthRoutes } from './routes/health.ts';
import { addHomeRoutes } from './routes/home.ts';
import { addQueueRoute } from './routes/queue.ts';
import { addReportRoutes } from './routes/reports.ts';
import { addRubiesRoute } from './routes/rubies.ts';
import { addRunRoutes } from './routes/run.ts';
import { addRunsRoutes } from './routes/runs.ts';
import { addSessionRoutes } from './routes/session.ts';

const JSON_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** Creates the HTTP service around a RunService: API, events, pages. */
export function createApp(deps: HttpDeps): App {
  const app: App = new OpenAPIHono<Env>();
  const writes = new TokenBuckets(deps.limits.writesPerMinute);
  const turns = new Turns();
  app.use(async (c, next) => {
    const began = deps.clock.now();
    const requestId = requestIdOf(c.req.header('X-Request-Id'));
    c.set('requestId', requestId);
    c.set('log', deps.log.child({ requestId }));
    await next();
    guard(c.res.headers, requestId);
    recordRequest(c, deps, (deps.clock.now() - began) / 1000);
  });
  app.use(async (c, next) => {
    // Workers bear a token that no browser has: a Host that they know the service by does no harm.
    const isWorkers = deps.fleet !== undefined && c.req.path.startsWith('/fleet/');
    if (!isWorkers) checkHost(c, deps.access);
    if (!deps.service.isReady && c.req.path !== '/healthz') throw notReady();
    if (deps.access.isPrivate && !isWorkers && !isOpen(c.req.path)) requireReader(c, deps, writes);
    await next();
  });
  addHomeRoutes(app, deps);
  addRunsRoutes(app, deps, writes);
  addRunRoutes(app, deps, writes, turns);
  addEventsRoute(app, deps, turns);
  addCompareRoute(app, deps);
  addQueueRoute(app, deps);
  addReportRoutes(app, deps);
  addRubiesRoute(app, deps);
  addHealthRoutes(app, deps);
  addFleetRoute(app, deps);
  addSessionRoutes(app, deps, writes);
  addDocsRoutes(app, deps);
  if (deps.fleet !== undefined) addFleetRoutes(app, deps, deps.fleet, writes);
  app.notFound((c) => answer(c, deps, unknownAddress(c, app)));
  app.onError((error, c) => {
    if (error instanceof ProblemError) return answer(c, deps, error);
    c.get('log').error({ bug: error.stack }, 'a request failed');
    return answer(
      c,
      deps,
      new ProblemError('internal', `a bug in this service: its log has request ${c.get('requestId')}`),
    );
  });
  return app;
}

/** Paths of a private service that need no token: health, assets and sign-in. */
const OPEN = new Set(['/healthz', '/readyz', '/session', '/session/end']);
const isOpen = (path: string): boolean => OPEN.has(path) || path.startsWith('/assets/');

const START_SECONDS = 2;

function notReady(): ProblemError {
  return new ProblemError(
    'not-ready',
    'the service is starting: it reads its results; try again in a moment',
    {
      headers: { 'Retry-After': String(START_SECONDS) },
    },
  );
}

/** Takes over the request id of a proxy if it is valid; otherwise makes one. */
const requestIdOf = (given: string | undefined): string =>
  given !== undefined && /^[\w.-]{1,64}$/.test(given) ? given : randomBytes(8).toString('hex');

function guard(headers: Headers, requestId: string): void {
  headers.set('X-Request-Id', requestId);
  headers.set('X-Content-Type-Options', 'nosniff');
  headers.set('Referrer-Policy', 'same-origin');
  if (!headers.has('Cross-Origin-Resource-Policy'))
    headers.set('Cross-Origin-Resource-Policy', 'same-origin');
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  if (!headers.has('Cache-Control')) headers.set('Cache-Control', 'no-store');
  if (!headers.has('Content-Security-Policy')) headers.set('Content-Security-Policy', JSON_POLICY);
}

function recordRequest(c: Ctx, { metrics }: HttpDeps, seconds: number): void {
  const { method } = c.req;
  const { status } = c.res;
  metrics.requestDone(method, c.get('route') ?? 'other', status, seconds);
  const fields = {
    method,
    path: new URL(c.req.url).pathname.slice(0, 200),
    status,
    seconds,
    writer: c.get('writer'),
  };
  // Workers ask once a second.
  const usual = fields.path.startsWith('/fleet/') ? 'debug' : 'info';
  c.get('log')[status >= 500 ? 'warn' : usual](fields, 'answered');
}

function answer(c: Ctx, { access }: HttpDeps, problem: ProblemError): Response {
  const [status] = PROBLEMS[problem.kind];
  if (access.isPrivate && problem.kind === 'unauthorized' && wantsPage(c)) return signIn(c, status);
  if (!wantsPage(c)) return problemResponse(problem, c.get('requestId'));
  const title = PROBLEMS[problem.kind][1];
  return pageResponse(errorPage({ status, title, detail: problem.message }), status, problem.headers);
}

/** Answers with the sign-in page, which leads to the requested page, or to the start after a wrong token. */
function signIn(c: Ctx, status: number): Response {
  const { pathname, search } = new URL(c.req.url);
  const isTry = c.req.method === 'POST';
  const problem = isTry ? 'This is not a token of this service.' : null;
  return pageResponse(signInPage({ continueTo: isTry ? '/' : pathname + search, problem }), status);
}

/** Makes the problem of an unknown address; where only the method is wrong, it names the allowed ones. */
function unknownAddress(c: Ctx, app: App): ProblemError {
  const path = c.req.path;
  const methods = new Set(
    app.routes
      .filter(({ path: pattern, method }) => method !== 'ALL' && matches(pattern, path))
      .map(({ method }) => method),
  );
  if (methods.size === 0) {
    return new ProblemError('not-found', 'there is nothing at this address: /docs lists the addresses');
  }
  const allow = [...methods].join(', ');
  return new ProblemError('method-not-allowed', `${c.req.method} is not allowed here; use ${allow}`, {
    headers: { Allow: allow },
  });
}

function matches(pattern: string, path: string): boolean {
  const [wanted, given] = [pattern.split('/'), path.split('/')];
  return (
    wanted.length === given.length &&
    wanted.every((part, index) => part.startsWith(':') || part === given[index])
  );
}
