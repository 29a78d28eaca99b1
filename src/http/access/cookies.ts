import { deleteCookie, setCookie } from 'hono/cookie';
import type { Ctx, HttpDeps } from '../context.ts';
import { newSession, SESSION_SECONDS, sessionCookie } from './session.ts';
import type { Token } from './tokens.ts';

/** Sets the session cookie of a token: scripts cannot read it, and other sites' pages cannot send it. */
export function startSession(c: Ctx, deps: HttpDeps, token: Token): void {
  const value = newSession(token, Date.parse(deps.clock.timestamp()));
  setCookie(c, sessionCookie(deps.access), value, { ...optionsOf(deps), maxAge: SESSION_SECONDS });
}

/** Removes the cookie of a session. */
export function endSession(c: Ctx, deps: HttpDeps): void {
  deleteCookie(c, sessionCookie(deps.access), optionsOf(deps));
}

const optionsOf = ({ access }: HttpDeps) =>
  ({
    httpOnly: true,
    sameSite: 'Strict',
    path: '/',
    secure: access.publicOrigin?.startsWith('https:') ?? false,
  }) as const;
