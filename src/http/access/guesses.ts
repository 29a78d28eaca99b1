import { isIP } from 'node:net';
import { addressOf, type AccessPolicy, type Ctx, type HttpDeps } from '../context.ts';
import { ProblemError } from '../answers/problem.ts';
import type { TokenBuckets } from './token-bucket.ts';
import type { Token } from './tokens.ts';

/**
 * Looks a token up, limited by the client's address. A try is counted before it is checked, and refunded when
 * the token is right: wrong tokens are as slow as writing, and an address that has used up its tries learns
 * nothing more, even with a right one.
 * @throws {ProblemError}
 */
export function lookUp(
  c: Ctx,
  { access, clock }: HttpDeps,
  buckets: TokenBuckets,
  find: () => Token | null,
): Token | null {
  const key = `address ${clientAddress(c, access)}`;
  const wait = buckets.take(key, clock.now());
  if (wait > 0) {
    throw new ProblemError('rate-limited', `too many requests without a good token: wait ${wait} s`, {
      headers: { 'Retry-After': String(wait) },
    });
  }
  const found = find();
  if (found !== null) buckets.refund(key);
  return found;
}

/** Finds the client's address; behind a proxy, the last one that the proxy recorded. */
function clientAddress(c: Ctx, { publicOrigin }: AccessPolicy): string {
  const seen = c.req.header('X-Forwarded-For')?.split(',').at(-1)?.trim() ?? '';
  return publicOrigin !== null && isIP(seen) !== 0 ? seen : addressOf(c);
}
