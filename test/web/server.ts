import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { RunEvent } from '../../src/domain/run/event.ts';
import { assets, PAGE_POLICY } from '../../src/http/pages/index.ts';

/** Answers of a path; a function is called again for every request, with its address. */
export type Pages = ReadonlyMap<string, (url: URL) => string>;

export interface TestServer extends AsyncDisposable {
  readonly url: string;
  /** Sends one event to everybody who listens to `/events`; who comes later gets it then, as from the service. */
  send(event: RunEvent): void;
}

/** Returns the pages as the service sends them, with its policy; the events are the test's own. */
export async function serve(pages: Pages): Promise<TestServer> {
  const listeners = new Set<ServerResponse>();
  const sent: string[] = [];
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const { pathname } = url;
    const asset = assets.get(pathname);
    const page = pages.get(pathname);
    response.setHeader('content-security-policy', PAGE_POLICY);
    if (pathname.endsWith('/events')) {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders();
      for (const data of sent) response.write(data);
      listeners.add(response);
    } else if (asset !== undefined) response.setHeader('content-type', asset.contentType).end(asset.body);
    else if (page !== undefined)
      response.setHeader('content-type', 'text/html; charset=utf-8').end(page(url));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    send: (event) => {
      const data = `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
      sent.push(data);
      for (const listener of listeners) listener.write(data);
    },
    [Symbol.asyncDispose]: async () => {
      for (const listener of listeners) listener.end();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
