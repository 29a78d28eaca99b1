import { getCookie } from 'hono/cookie';
import type { Ctx, HttpDeps } from '../context.ts';
import { ProblemError } from '../answers/problem.ts';
import { lookUp } from './guesses.ts';
import { isSameOrigin } from './host.ts';
import { sessionCookie, sessionToken } from './session.ts';
import type { TokenBuckets } from './token-bucket.ts';
import { bearerOf, findToken, type Token } from './tokens.ts';

/**
 * Lets only bearers of a token write: with the header, from anywhere but a foreign page; or with the session
 * cookie, from the service's own page.
 * @throws {ProblemError}
 */
export function requireWriter(c: Ctx, deps: HttpDeps, writes: TokenBuckets): Token {
  refuseForeignPages(c, deps);
  return admitted(c, deps, writes, () => tokenOf(c, deps));
}

/** Does the same for the page's own form, which may contain the token. */
export function requireFormWriter(c: Ctx, deps: HttpDeps, writes: TokenBuckets, given: string | null): Token {
  requireOwnPage(c, deps);
  const find = (): Token | null => (given === null ? tokenOf(c, deps) : findToken(deps.access.tokens, given));
  return admitted(c, deps, writes, find);
}

/** Refuses forms and sessions that do not come from a browser on the service's own page. */
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

/** Refuses writes from pages of other origins, whatever they send along. */
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
 * Lets only bearers of a token read, where the service is private: with the header, or with the session
 * cookie, which browsers send from no other site.
 * @throws {ProblemError}
 */
export function requireReader(c: Ctx, deps: HttpDeps, guesses: TokenBuckets): void {
  if (isSignedIn(c, deps)) return;
  const bearer = bearerOf(c.req.header('Authorization'));
  if (bearer === null) refuse('read');
  const token = lookUp(c, deps, guesses, () => findToken(deps.access.tokens, bearer)) ?? refuse('read');
  c.set('writer', token.name);
}

/** Tells whether a page shows actions that need a token. Grants nothing by itself. */
export const isSignedIn = (c: Ctx, deps: HttpDeps): boolean => visitorOf(c, deps) !== null;

/**
 * Finds the token whose runs a reader asks for.
 * @throws {ProblemError} where the request carries none
 */
export function readerOf(c: Ctx, deps: HttpDeps, guesses: TokenBuckets): Token {
  const visitor = visitorOf(c, deps);
  if (visitor !== null) return visitor;
  const bearer = bearerOf(c.req.header('Authorization'));
  if (bearer === null) refuse('read one’s own runs');
  const find = (): Token | null => findToken(deps.access.tokens, bearer);
  return lookUp(c, deps, guesses, find) ?? refuse('read one’s own runs');
}

/** Finds the token of a visitor's session, which decides what pages show; null where there is none. */
export function visitorOf(c: Ctx, { access, clock }: HttpDeps): Token | null {
  const cookie = getCookie(c, sessionCookie(access));
  return cookie === undefined ? null : sessionToken(access.tokens, cookie, Date.parse(clock.timestamp()));
}

/** Finds the token of a request; null where there is none. */
function tokenOf(c: Ctx, deps: HttpDeps): Token | null {
  const { tokens } = deps.access;
  const bearer = bearerOf(c.req.header('Authorization'));
  if (bearer !== null) return findToken(tokens, bearer);
  const cookie = getCookie(c, sessionCookie(deps.access));
  // Browsers add cookies to any request, so the origin has to be confirmed; "not known to be foreign" is not
  // enough.
  if (cookie === undefined || isSameOrigin(c, deps.access) !== true) return null;
  return sessionToken(tokens, cookie, Date.parse(deps.clock.timestamp()));
}

function refuse(what: 'read' | 'write' | 'read one’s own runs'): never {
  throw new ProblemError('unauthorized', `a token is needed to ${what}: Authorization: Bearer TOKEN`, {
    headers: { 'WWW-Authenticate': 'Bearer realm="matrix"' },
  });
}
