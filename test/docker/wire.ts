import { connect as dial, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { engine } from './setup.ts';

/** Stands in front of the engine's socket, so that the engine can go away without harm to anybody. */
export class Wire {
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;
  readonly path: string;

  constructor(path: string) {
    this.path = path;
    this.#server = createServer((client) => {
      const upstream = dial(engine.endpoint.url.replace('unix://', ''));
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('error', () => {});
      }
      client.pipe(upstream).pipe(client);
    }).listen(path);
  }

  /** As when the engine is killed: every connection closes, new ones are refused. */
  cut(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  /** As when the engine is stopped: connections stay open, nothing moves. */
  freeze(): void {
    for (const socket of this.#sockets) socket.unpipe().pause();
    this.#server.removeAllListeners('connection');
  }
}
