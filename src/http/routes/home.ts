import type { App, HttpDeps } from '../context.ts';
import { jsonResponse, pageResponse } from '../answers/responses.ts';
import { latestRuns } from '../runs/latest-runs.ts';
import { wantsPage } from '../answers/negotiate.ts';
import { assets, EXAMPLE, EXAMPLE_ADDRESS, homePage, type RunForm } from '../pages/index.ts';
import { isSignedIn } from '../access/writers.ts';

const EMPTY: RunForm = { script: '', name: '', rubies: [], options: {} };

/** Adds `/`, the page to start runs from (for programs: where to continue), and the assets of pages. */
export function addHomeRoutes(app: App, deps: HttpDeps): void {
  app.get('/', async (c) => {
    c.set('route', '/');
    if (!wantsPage(c)) {
      const links = { runs: '/runs', rubies: '/rubies', openapi: '/openapi.json', docs: '/docs' };
      return jsonResponse({ name: 'matrix', version: deps.version, ...links }, 200, { Vary: 'Accept' });
    }
    const { pathname, search } = new URL(c.req.url);
    return pageResponse(
      homePage({
        matrix: deps.matrix,
        latest: await latestRuns(deps.service),
        form: pathname + search === EXAMPLE_ADDRESS ? EXAMPLE : EMPTY,
        problem: null,
        signedIn: isSignedIn(c, deps),
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
