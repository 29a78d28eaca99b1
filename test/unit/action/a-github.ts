import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

interface Comment {
  readonly id: number;
  body: string;
  readonly html_url: string;
  readonly user: { readonly type: string };
}

export interface GitHub extends AsyncDisposable {
  readonly url: string;
  readonly comments: Comment[];
  /** `POST /repos/…`, as they came. */
  readonly calls: string[];
}

/**
 * Serves the comments of one pull request, like GitHub's REST API; `refuse` answers everything with a status.
 */
export async function aGitHub(
  options: { readonly refuse?: number; readonly there?: readonly Comment[] } = {},
): Promise<GitHub> {
  const comments: Comment[] = [...(options.there ?? [])];
  const calls: string[] = [];
  const answer = async (request: IncomingMessage): Promise<readonly [number, unknown]> => {
    calls.push(`${request.method} ${request.url}`);
    if (options.refuse !== undefined)
      return [options.refuse, { message: 'Resource not accessible by integration' }];
    if (request.headers.authorization !== 'Bearer gh-token') return [401, {}];
    const url = new URL(request.url ?? '/', 'http://github');
    if (request.method === 'GET') {
      const [page, size] = [Number(url.searchParams.get('page')), Number(url.searchParams.get('per_page'))];
      return [200, comments.slice((page - 1) * size, page * size)];
    }
    const { body } = JSON.parse(await text(request)) as { body: string };
    if (request.method === 'POST') {
      const id = comments.length + 1;
      comments.push({ id, body, html_url: `https://github.example/c/${id}`, user: { type: 'Bot' } });
      return [201, comments.at(-1)];
    }
    const found = comments.find((one) => url.pathname.endsWith(`/issues/comments/${one.id}`));
    if (found === undefined) return [404, {}];
    found.body = body;
    return [200, found];
  };
  const server = createServer((request, response) => {
    void answer(request).then(([status, body]) =>
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    );
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    comments,
    calls,
    [Symbol.asyncDispose]: () => new Promise((resolve) => void server.close(() => resolve())),
  };
}
