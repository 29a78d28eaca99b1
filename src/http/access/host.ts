import { isIP } from 'node:net';
import type { AccessPolicy, Ctx } from '../context.ts';
import { ProblemError } from '../answers/problem.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '::1']);

/** Reads the Host header: the name or address without brackets, and both with the port. */
function hostOf(c: Ctx): { readonly name: string; readonly host: string } | null {
  const given = c.req.header('Host') ?? new URL(c.req.url).host;
  const url = /^[\w.[\]:-]+$/.test(given) ? URL.parse(`http://${given}`) : null;
  if (url === null || url.hostname === '') return null;
  return { name: url.hostname.replace(/^\[|\]$/g, ''), host: url.host };
}

/**
 * Refuses Host names that are not of this service. To a browser, a page whose name points at this machine
 * (DNS rebinding) is of the same origin; only the Host header shows the difference.
 */
export function checkHost(c: Ctx, { hostNames, anyAddress }: AccessPolicy): void {
  const host = hostOf(c);
  const name = host?.name ?? '';
  if (LOOPBACK.has(name) || hostNames.includes(name) || (anyAddress && isIP(name) !== 0)) return;
  throw new ProblemError(
    'foreign-host',
    'this Host is not allowed: use the address that the service listens on, or start it with --public-url URL',
    { fields: [{ code: 'not-allowed', in: 'header', field: 'Host', detail: 'not a name of this service' }] },
  );
}

/** Checks whether a page of the service itself sent the request; null where no browser says who sent it. */
export function isSameOrigin(c: Ctx, { publicOrigin }: AccessPolicy): boolean | null {
  const origin = c.req.header('Origin');
  const site = c.req.header('Sec-Fetch-Site');
  if (origin === undefined) return site === undefined ? null : site === 'same-origin' || site === 'none';
  if (site !== undefined && site !== 'same-origin') return false;
  const host = hostOf(c)?.host;
  return origin === publicOrigin || (host !== undefined && origin === `http://${host}`);
}
