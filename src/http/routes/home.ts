import type { App, Ctx, HttpDeps } from '../context.ts';
import { jsonResponse, pageResponse } from '../answers/responses.ts';
import { latestRuns } from '../runs/latest-runs.ts';
import { wantsPage } from '../answers/negotiate.ts';
import { assets, EMPTY_FORM, EXAMPLE, EXAMPLE_ADDRESS, homePage, type RunForm } from '../pages/index.ts';
import { findRunView } from '../runs/find-run.ts';
import { formFrom } from '../submit/based-on.ts';
import { isSignedIn } from '../access/writers.ts';

/** Adds `/`, the page to start runs from (for programs: where to continue), and the assets of pages. */
export function addHomeRoutes(app: App, deps: HttpDeps): void {
  app.get('/', async (c) => {
    c.set('route', '/');
    if (!wantsPage(c)) {
      const links = { runs: '/runs', rubies: '/rubies', openapi: '/openapi.json', docs: '/docs' };
      return jsonResponse({ name: 'matrix', version: deps.version, ...links }, 200, { Vary: 'Accept' });
    }
    return pageResponse(
      homePage({
        matrix: deps.matrix,
        latest: await latestRuns(deps.service),
        form: await formAt(c, deps),
        problem: null,
        signedIn: isSignedIn(c, deps),
        fleet: deps.service.load().fleet,
      }),
    );
  });
  for (const [path, { contentType, body }] of assets) {
    app.get(path, (c) => {
      c.set('route', '/assets');
      return new Response(body, { headers: { 'Content-Type': contentType, 'Cache-Control': 'no-cache' } });
    });
  }
}

/**
 * Fills the form of an address: with the example, or with a run (`?from=ID`).
 * @throws {ProblemError} when there is no such run
 */
async function formAt(c: Ctx, deps: HttpDeps): Promise<RunForm> {
  const { pathname, search } = new URL(c.req.url);
  if (pathname + search === EXAMPLE_ADDRESS) return EXAMPLE;
  const from = c.req.query('from');
  return from === undefined ? EMPTY_FORM : formFrom(c, deps, (await findRunView(deps, from)).run);
}
