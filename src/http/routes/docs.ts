import { sessionCookie } from '../access/session.ts';
import { isSignedIn } from '../access/writers.ts';
import type { App, HttpDeps } from '../context.ts';
import { docsPage } from '../docs/docs-page.ts';
import { jsonResponse, pageResponse } from '../answers/responses.ts';

/** Adds `/openapi.json`, made from the schemas that validate requests, and `/docs`, made from that. */
export function addDocsRoutes(app: App, deps: HttpDeps): void {
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: sessionCookie(deps.access),
    description: 'The page’s session. It counts only with the Origin of the service itself.',
  });
  // Made once, when every route is there.
  let made: ReturnType<App['getOpenAPI31Document']> | null = null;
  const document = () =>
    (made ??= app.getOpenAPI31Document({
      openapi: '3.1.0',
      info: {
        title: 'Matrix',
        version: deps.version,
        description: 'A leak test for Ruby across Ruby versions: send a script, learn which rubies leak.',
      },
    }));
  app.get('/openapi.json', (c) => {
    c.set('route', '/openapi.json');
    return jsonResponse(document());
  });
  app.get('/docs', (c) => {
    c.set('route', '/docs');
    return pageResponse(docsPage(document(), isSignedIn(c, deps)));
  });
}
