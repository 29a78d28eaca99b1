import { messageOf } from '../domain/message-of.ts';
import { refuse, type Result } from '../domain/result.ts';
import type { FleetAnswer } from '../cli/serve/worker-deps.ts';
import { fleetSchema } from '../http/answers/schemas.ts';

/** Time for an answer. */
const ANSWER_MS = 10_000;

/**
 * Asks a service for its workers.
 * @param token a client's; null: none
 */
export async function askFleet(server: string, token: string | null): Promise<Result<FleetAnswer>> {
  let answer: Response;
  try {
    answer = await fetch(`${server}/fleet`, {
      headers: token === null ? {} : { Authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(ANSWER_MS),
    });
  } catch (error) {
    const { cause } = error as Error;
    const reason = cause instanceof Error && cause.message !== '' ? cause.message : messageOf(error);
    return refuse(
      `${server} does not answer (${reason}): start matrix serve there, or name another --server`,
    );
  }
  if (answer.status === 401)
    return refuse(`${server} wants a token of a client: MATRIX_TOKEN=… matrix doctor --server ${server}`);
  if (answer.status === 404)
    return refuse(`${server} hands nothing out: start it with matrix serve --redis URL`);
  const fleet = fleetSchema.safeParse(await answer.json().catch(() => null));
  return fleet.success
    ? { ok: true, value: fleet.data }
    : refuse(`${server} answers with ${answer.status}, and not as this version of matrix serve does`);
}
