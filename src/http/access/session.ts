import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { AccessPolicy } from '../context.ts';
import type { Token } from './tokens.ts';

/**
 * A session of the page: a cookie that represents a token without containing it. It is signed with the token, so it
 * ends when the token is changed, outlives a restart, and needs no memory here.
 */
const SESSION_COOKIE = 'matrix_session';
export const SESSION_SECONDS = 12 * 60 * 60;

/** With https the name prevents pages served over http, or from a subdomain, from setting it. */
export const sessionCookie = ({ publicOrigin }: Pick<AccessPolicy, 'publicOrigin'>): string =>
  publicOrigin?.startsWith('https:') === true ? `__Host-${SESSION_COOKIE}` : SESSION_COOKIE;

/** Makes a new value of the cookie. `nowMs`: milliseconds since 1970. */
export function newSession(token: Token, nowMs: number): string {
  const claims = `${nowMs + SESSION_SECONDS * 1000}.${randomBytes(9).toString('base64url')}`;
  return `${claims}.${sign(claims, token).toString('base64url')}`;
}

/**
 * Finds the token that a cookie stands for; null where the session is over, forged, or of a token that was
 * removed.
 */
export function sessionToken(tokens: readonly Token[], cookie: string, nowMs: number): Token | null {
  const [expires, nonce, signature, ...more] = cookie.split('.');
  if (expires === undefined || nonce === undefined || signature === undefined || more.length > 0) return null;
  if (!/^\d{1,16}$/.test(expires) || Number(expires) <= nowMs) return null;
  const given = Buffer.from(signature, 'base64url');
  let found: Token | null = null;
  for (const token of tokens) {
    const right = sign(`${expires}.${nonce}`, token);
    if (given.length === right.length && timingSafeEqual(given, right)) found = token;
  }
  return found;
}

function sign(claims: string, token: Token): Buffer {
  return createHmac('sha256', token.secret).update(`matrix session\n${claims}`).digest();
}
