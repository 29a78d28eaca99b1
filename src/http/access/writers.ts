import { getCookie } from 'hono/cookie';
import type { Ctx, HttpDeps } from '../context.ts';
import { ProblemError } from '../answers/problem.ts';
import { lookUp } from './guesses.ts';
import { isSameOrigin } from './host.ts';
import { sessionCookie, sessionToken } from './session.ts';
import type { TokenBuckets } from './token-bucket.ts';
import { bearerOf, findToken, type Token } from './tokens.ts';

/**
 * Lets only bearers of a token write: by the header, from anywhere but a foreign page; or by the page's session
 * cookie, from the page itself.
 * @throws {ProblemError}
 */
export function requireWriter(c: Ctx, deps: HttpDeps, writes: TokenBuckets): Token {
  refuseForeignPages(c, deps);
  return admitted(c, deps, writes, () => tokenOf(c, deps));
}

/** Returns the same for the page's own form, which may bring the token along. */
export function requireFormWriter(c: Ctx, deps: HttpDeps, writes: TokenBuckets, given: string | null): Token {
  requireOwnPage(c, deps);
  const find = (): Token | null => (given === null ? tokenOf(c, deps) : findToken(deps.access.tokens, given));
  return admitted(c, deps, writes, find);
}

/** A form or a session is for a browser on the service's own page, which says where it comes from. */
export function requireOwnPage(c: Ctx, deps: HttpDeps): void {
  if (isSameOrigin(c, deps.access) === true) return;
  throw new ProblemError(
    'foreign-origin',
    'forms are for the service’s own page; programs send JSON or the script',
    {
      fields: [
        { code: 'not-allowed', in: 'header', field: 'Origin', detail: 'expected the origin of this service' },
      ],
    },
  );
}

function admitted(c: Ctx, deps: HttpDeps, writes: TokenBuckets, find: () => Token | null): Token {
  const token = lookUp(c, deps, writes, find) ?? refuse('write');
  const wait = writes.take(`token ${token.name}`, deps.clock.now());
  if (wait > 0) {
    throw new ProblemError(
      'rate-limited',
      `more than ${deps.limits.writesPerMinute} requests a minute: wait ${wait} s`,
      {
        headers: { 'Retry-After': String(wait) },
      },
    );
  }
  c.set('writer', token.name);
  return token;
}

/** Pages of other origins must not write, whatever they send along. */
function refuseForeignPages(c: Ctx, deps: HttpDeps): void {
  if (isSameOrigin(c, deps.access) !== false) return;
  throw new ProblemError(
    'foreign-origin',
    'pages of other origins may not write here: use the service’s own page',
    {
      fields: [
        { code: 'not-allowed', in: 'header', field: 'Origin', detail: 'not the origin of this service' },
      ],
    },
  );
}

/**
 * Lets only bearers of a token read, where the service is private: by the header, or by the page's session cookie,
 * which the browser sends along from no other site.
 * @throws {ProblemError}
 */
export function requireReader(c: Ctx, deps: HttpDeps, guesses: TokenBuckets): void {
  if (isSignedIn(c, deps)) return;
  const bearer = bearerOf(c.req.header('Authorization'));
  if (bearer === null) refuse('read');
  const token = lookUp(c, deps, guesses, () => findToken(deps.access.tokens, bearer)) ?? refuse('read');
  c.set('writer', token.name);
}

/** Returns whether a page may offer actions of writers. Grants nothing by itself. */
export function isSignedIn(c: Ctx, { access, clock }: HttpDeps): boolean {
  const cookie = getCookie(c, sessionCookie(access));
  return cookie !== undefined && sessionToken(access.tokens, cookie, Date.parse(clock.timestamp())) !== null;
}

/** Returns the token of a request; null where there is none. */
function tokenOf(c: Ctx, deps: HttpDeps): Token | null {
  const { tokens } = deps.access;
  const bearer = bearerOf(c.req.header('Authorization'));
  if (bearer !== null) return findToken(tokens, bearer);
  const cookie = getCookie(c, sessionCookie(deps.access));
  // Browsers send cookies by themselves, so the origin has to be confirmed, not only not denied.
  if (cookie === undefined || isSameOrigin(c, deps.access) !== true) return null;
  return sessionToken(tokens, cookie, Date.parse(deps.clock.timestamp()));
}

function refuse(what: 'read' | 'write'): never {
  throw new ProblemError('unauthorized', `a token is needed to ${what}: Authorization: Bearer TOKEN`, {
    headers: { 'WWW-Authenticate': 'Bearer realm="matrix"' },
  });
}
