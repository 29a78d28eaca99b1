import type { AddressInfo } from 'node:net';
import type { Server } from 'node:http';
import { createAdaptorServer } from '@hono/node-server';
import type { App } from './context.ts';
import { Turns } from './turns.ts';

export interface Listening {
  /** `http://127.0.0.1:7070` */
  readonly url: string;
  /** Stops accepting connections, and cuts those that are still busy after a moment. */
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 1024;
/** Longest time for a request to arrive: a client that sends byte by byte holds a connection no longer. */
const REQUEST_MS = 60_000;
const LAST_ANSWERS_MS = 2_000;

/**
 * Serves the app on a port; 0: any free one.
 * @throws the system's error when the address cannot be listened on
 */
export async function listen(app: App, host: string, port: number): Promise<Listening> {
  const turns = new Turns();
  const server = createAdaptorServer({
    fetch: async (request, ...rest) => {
      // Health checks are answered at once; everything else takes turns.
      if (!request.url.endsWith('/healthz')) await turns.take();
      return app.fetch(request, ...rest);
    },
  }) as Server;
  server.maxConnections = MOST_CONNECTIONS;
  server.requestTimeout = REQUEST_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://${host.includes(':') ? `[${host}]` : host}:${bound}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
        setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS).unref();
      }),
  };
}
