import type { HandOut } from '../../engine/fleet/hand-out.ts';
import type { Member } from '../../engine/fleet/roster.ts';
import { lookUp } from '../access/guesses.ts';
import type { TokenBuckets } from '../access/token-bucket.ts';
import { bearerOf, findToken, type Token } from '../access/tokens.ts';
import { ProblemError } from '../answers/problem.ts';
import type { Ctx, FleetDeps, HttpDeps } from '../context.ts';

/**
 * Lets only bearers of a worker's token in.
 * @throws {ProblemError}
 */
export function requireWorker(c: Ctx, deps: HttpDeps, { tokens }: FleetDeps, guesses: TokenBuckets): Token {
  const bearer = bearerOf(c.req.header('Authorization'));
  const token = bearer === null ? null : lookUp(c, deps, guesses, () => findToken(tokens, bearer));
  if (token === null) {
    throw new ProblemError('unauthorized', 'the token of a worker is needed: Authorization: Bearer TOKEN', {
      headers: { 'WWW-Authenticate': 'Bearer realm="matrix workers"' },
    });
  }
  c.set('writer', token.name);
  return token;
}

/**
 * Finds the worker that the address names, which has to have come with the same token.
 * @throws {ProblemError} where it is not known: the service has started again, or took it for lost
 */
export function memberOf(c: Ctx, { fleet }: FleetDeps, token: Token): Member {
  return fleet.member(c.req.param('worker') ?? '', token.name) ?? unknownWorker();
}

export function unknownWorker(): never {
  throw new ProblemError('unknown-worker', 'this worker is not known (any more): introduce it again');
}

/**
 * Finds what the worker has taken by this attempt.
 * @throws {ProblemError} where it is void
 */
export function takenBy(c: Ctx, { fleet }: FleetDeps, member: Member): HandOut {
  return fleet.handOuts.of(c.req.param('attempt') ?? '', member.id) ?? voidAttempt();
}

export function voidAttempt(): never {
  throw new ProblemError(
    'void-attempt',
    'this attempt is not wanted (any more): what it measures is dropped',
  );
}
