import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';

/** Thrown when the service refused or could not be reached. `message` is for people. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError';
  /** HTTP status; null: no answer. */
  readonly status: number | null;

  constructor(message: string, status: number | null) {
    super(message);
    this.status = status;
  }
}

/** A running `matrix serve`. */
export interface Service {
  readonly url: URL;
  readonly token: string | null;
  readonly signal: AbortSignal;
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly accept?: string;
  readonly json?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

const problem = z.object({
  detail: z.string().optional(),
  title: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), detail: z.string() })).optional(),
});

/** Most tries when there is no answer, or the service is busy. */
const MOST_TRIES = 8;
const LONGEST_PAUSE_SECONDS = 60;

/**
 * Asks the service. A full queue, a restart and a broken connection are waited out for some minutes: every request is
 * safe to repeat.
 * @throws {ServiceError} or the signal's reason when it is aborted
 */
export async function ask(service: Service, call: Call): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const answer = await once(service, call);
    if (answer instanceof Response && answer.ok) return answer;
    const error = answer instanceof Response ? await refusal(answer) : answer;
    if (!passing(error.status) || attempt === MOST_TRIES) throw error;
    const asked = answer instanceof Response ? Number(answer.headers.get('retry-after')) : 0;
    const seconds = Math.min(LONGEST_PAUSE_SECONDS, asked > 0 ? asked : 2 ** attempt);
    await pause(seconds * 1000, undefined, { signal: service.signal });
  }
}

async function once(service: Service, call: Call): Promise<Response | ServiceError> {
  const { method = 'GET', path, accept = 'application/json', json, headers } = call;
  try {
    return await fetch(new URL(path, base(service.url)), {
      method,
      headers: {
        accept,
        ...(service.token === null ? {} : { authorization: `Bearer ${service.token}` }),
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      // Do not send a token to wherever a redirect points.
      redirect: 'manual',
      signal: service.signal,
    });
  } catch (error) {
    service.signal.throwIfAborted();
    const cause =
      error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    return new ServiceError(`the service at ${service.url.origin} does not answer: ${cause}`, null);
  }
}

async function refusal(response: Response): Promise<ServiceError> {
  const target = response.headers.get('location');
  if (target !== null && response.status < 400) {
    return new ServiceError(
      `the service points to ${target}: give that address as server-url`,
      response.status,
    );
  }
  const text = await response.text().catch(() => '');
  const parsedProblem = problem.safeParse(parsed(text));
  const { title, detail, errors = [] } = parsedProblem.success ? parsedProblem.data : {};
  const what = [
    detail ?? title ?? `it answers ${response.status}`,
    // The detail names the first already.
    ...errors.slice(detail === undefined ? 0 : 1).map((one) => `${one.field}: ${one.detail}`),
  ];
  const help = response.status === 401 ? ' (input token: the bearer token of the service)' : '';
  return new ServiceError(`the service refuses: ${what.join('; ')}${help}`, response.status);
}

function passing(status: number | null): boolean {
  return status === null || status === 429 || status === 502 || status === 503 || status === 504;
}

/** Keeps the path that the service is served under: `https://example.org/matrix`. */
function base(url: URL): URL {
  return new URL(`${url.pathname.replace(/\/*$/, '')}/`, url);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
