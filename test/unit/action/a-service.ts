import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { RunRecord } from '../../../src/domain/run/record.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

export interface FakeService extends AsyncDisposable {
  readonly url: URL;
  /** `POST /runs`, with the body, as they came. */
  readonly calls: {
    readonly line: string;
    readonly body: string;
    readonly headers: IncomingMessage['headers'];
  }[];
}

/** Starts a service that answers by `METHOD path`, each list from the first to the last, which it repeats. */
export async function aService(answers: Readonly<Record<string, readonly Answer[]>>): Promise<FakeService> {
  const calls: FakeService['calls'] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const line = `${request.method} ${request.url}`;
      calls.push({ line, body, headers: request.headers });
      const list = answers[line] ?? [problem(404, 'no such page')];
      const seen = calls.filter((call) => call.line === line).length;
      list[Math.min(seen, list.length) - 1]!(request, response);
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    calls,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections();
      return new Promise((resolve) => void server.close(() => resolve()));
    },
  };
}

export const json =
  (status: number, body: RunRecord | object, headers: Readonly<Record<string, string>> = {}): Answer =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));

export const problem = (
  status: number,
  detail: string,
  headers: Readonly<Record<string, string>> = {},
): Answer =>
  json(
    status,
    {
      detail,
      errors: [
        { in: 'body', field: 'name', detail },
        { in: 'body', field: 'rubies', detail: 'no such ruby' },
      ],
    },
    headers,
  );

/** Answers with lines of NDJSON; `broken` cuts the connection after them. */
export const lines =
  (events: readonly object[], broken = false): Answer =>
  (_, response) => {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    for (const event of events) response.write(`${JSON.stringify(event)}\n\n`);
    if (broken) setTimeout(() => response.destroy(), 20);
    else response.end();
  };

export const page =
  (html: string): Answer =>
  (_, response) =>
    response.writeHead(200, { 'content-type': 'text/html' }).end(html);

/** Never answers. */
export const silence: Answer = () => undefined;
