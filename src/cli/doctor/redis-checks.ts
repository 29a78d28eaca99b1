import { EXIT } from '../../usecases/command-error.ts';
import { redisAddress } from '../serve/redis-address.ts';
import type { MainDeps } from '../serve/serve-deps.ts';
import type { Check } from './check.ts';

/** Checks the Redis that carries work to workers, where one was named. */
export async function redisChecks(
  url: string | undefined,
  { askRedis }: Pick<MainDeps, 'askRedis'>,
): Promise<readonly Check[]> {
  if (url === undefined || url === '') return [];
  const rest = { what: 'redis', exitCode: EXIT.usage };
  const answer = await askRedis(redisAddress(url));
  if (answer === null) {
    const remedy = 'start it, or name another with --redis; a password is part of the address';
    return [{ ...rest, state: 'missing', found: 'does not answer', remedy }];
  }
  const { name, refusal, warnings } = answer;
  if (refusal !== null) return [{ ...rest, state: 'missing', found: refusal, remedy: null }];
  const [warning = null] = warnings;
  const state = warning === null ? 'ok' : 'limited';
  return [{ ...rest, state, found: warning ?? `${name} keeps what it is given`, remedy: null }];
}
