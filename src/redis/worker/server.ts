import type { z } from 'zod';
import { receivedWork, type ReceivedWork, type SentWork } from '../../engine/fleet/encode-work.ts';
import type { StoredCell } from '../../engine/ports.ts';
import {
  ordersSchema,
  welcomeSchema,
  type Heartbeat,
  type Introduction,
  type Orders,
  type Welcome,
} from '../../protocol/schemas/fleet-schema.ts';

/** Time for an answer; a heartbeat waits a second for orders. */
const ANSWER_MS = 10_000;
/** Time for packed files, and for results. */
const TRANSFER_MS = 60_000;

/** Bytes of packed files that are kept for further cells. */
const MOST_KEPT_BYTES = 32 * 2 ** 20;

/** Thrown where the service says no: repeating the request helps nothing. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';
  /** Code of the problem: `void-attempt`, `worker-refused`, … */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The service, as a worker sees it. */
export class Server {
  readonly #url: string;
  readonly #token: string;
  /** Packed files by their hash, the oldest first. */
  readonly #files = new Map<string, Uint8Array>();

  constructor(url: string, token: string) {
    this.#url = url.replace(/\/$/, '');
    this.#token = token;
  }

  /** @throws {RefusedError} where the service does not want this worker; other errors: it does not answer */
  async introduce(introduction: Introduction): Promise<Welcome> {
    return this.#json(welcomeSchema, '/fleet/workers', introduction);
  }

  /** @throws {RefusedError} where the service does not know the worker */
  heartbeat(worker: string, heartbeat: Heartbeat): Promise<Orders> {
    return this.#json(ordersSchema, `/fleet/workers/${worker}/heartbeat`, heartbeat);
  }

  async leave(worker: string): Promise<void> {
    await this.#send('DELETE', `/fleet/workers/${worker}`, null, ANSWER_MS);
  }

  /** Fetches what a note is about. @throws {RefusedError} where it is void */
  async take(worker: string, attempt: string): Promise<ReceivedWork> {
    const path = attemptPath(worker, attempt);
    const answer = await this.#send('POST', `${path}/take`, null, ANSWER_MS);
    return receivedWork((await answer.json()) as SentWork, async (hash) => {
      const known = this.#files.get(hash);
      if (known !== undefined) return known;
      const fetched = await this.#bytes(`${path}/files/${hash}`);
      this.#keep(hash, fetched);
      return fetched;
    });
  }

  /** Asks for a cell of an earlier run; null where there is none. */
  async known(worker: string, attempt: string, fingerprint: string): Promise<StoredCell | null> {
    try {
      const path = `${attemptPath(worker, attempt)}/known/${fingerprint}`;
      return (await (await this.#send('GET', path, null, ANSWER_MS)).json()) as StoredCell;
    } catch (error) {
      if (error instanceof RefusedError && error.code === 'not-found') return null;
      throw error;
    }
  }

  async progress(worker: string, attempt: string, lines: string): Promise<void> {
    await this.#send('POST', `${attemptPath(worker, attempt)}/progress`, lines, ANSWER_MS);
  }

  /** @throws {RefusedError} where it comes too late, or is not of what was taken */
  async result(worker: string, attempt: string, lines: Iterable<string>): Promise<void> {
    const stream = ReadableStream.from(encoded(lines));
    await this.#send('POST', `${attemptPath(worker, attempt)}/result`, stream, TRANSFER_MS);
  }

  /** Returns what was taken, for others. */
  async giveBack(worker: string, attempt: string): Promise<void> {
    await this.#send('POST', `${attemptPath(worker, attempt)}/return`, null, ANSWER_MS);
  }

  /** Keeps packed files for the other cells of their run, up to a bound. */
  #keep(hash: string, bytes: Uint8Array): void {
    this.#files.set(hash, bytes);
    let kept = [...this.#files.values()].reduce((sum, { length }) => sum + length, 0);
    for (const [oldest, { length }] of this.#files) {
      if (kept <= MOST_KEPT_BYTES || oldest === hash) return;
      this.#files.delete(oldest);
      kept -= length;
    }
  }

  async #bytes(path: string): Promise<Uint8Array> {
    return new Uint8Array(await (await this.#send('GET', path, null, TRANSFER_MS)).arrayBuffer());
  }

  async #json<T extends z.ZodType>(schema: T, path: string, body: unknown): Promise<z.output<T>> {
    const answer = await this.#send('POST', path, JSON.stringify(body), ANSWER_MS);
    return schema.parse(await answer.json());
  }

  async #send(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    body: string | ReadableStream | null,
    withinMs: number,
  ): Promise<Response> {
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/x-ndjson' },
      signal: AbortSignal.timeout(withinMs),
      redirect: 'error',
      ...(body === null ? {} : { body }),
      ...(body instanceof ReadableStream ? { duplex: 'half' as const } : {}),
    });
    if (answer.ok) return answer;
    const { code, detail } = await problemOf(answer);
    // A service that is starting, or stopping, or behind a proxy without it, is asked again.
    if (answer.status >= 500 || answer.status === 429) throw new Error(detail);
    throw new RefusedError(code, detail);
  }
}

const attemptPath = (worker: string, attempt: string): string =>
  `/fleet/workers/${worker}/attempts/${attempt}`;

function* encoded(lines: Iterable<string>): Generator<Uint8Array> {
  for (const line of lines) yield Buffer.from(`${line}\n`);
}

async function problemOf(answer: Response): Promise<{ readonly code: string; readonly detail: string }> {
  const text = await answer.text();
  try {
    const { code, detail } = JSON.parse(text) as { code?: unknown; detail?: unknown };
    if (typeof code === 'string' && typeof detail === 'string') return { code, detail };
  } catch {
    // Not of this service: a proxy, say.
  }
  return { code: 'other', detail: `the service answers with ${answer.status}` };
}
