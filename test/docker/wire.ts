import { connect as dial, createServer, type Server, type Socket } from 'node:net';
import { engine } from './setup.ts';

/** Stands in front of the engine's socket, so that the engine can go away without harm to anybody. */
export class Wire {
  /** Both ends of every connection. */
  readonly #pairs: (readonly [Socket, Socket])[] = [];
  readonly #server: Server;
  readonly path: string;
  #frozen = false;

  constructor(path: string) {
    this.path = path;
    this.#server = createServer((client) => {
      const upstream = dial(engine.endpoint.url.replace('unix://', ''));
      for (const socket of [client, upstream]) socket.on('error', () => {});
      this.#pairs.push([client, upstream]);
      if (!this.#frozen) client.pipe(upstream).pipe(client);
    }).listen(path);
  }

  /** As when the engine is killed: every connection closes, new ones are refused. */
  cut(): void {
    this.#server.close();
    for (const socket of this.#pairs.flat()) socket.destroy();
  }

  /** As when the engine is stopped: connections stay open and new ones are taken, but nothing moves. */
  freeze(): void {
    this.#frozen = true;
    for (const socket of this.#pairs.flat()) socket.unpipe().pause();
  }

  /** As when the engine continues: it answers what it was asked meanwhile, too. */
  thaw(): void {
    this.#frozen = false;
    for (const [client, upstream] of this.#pairs) client.pipe(upstream).pipe(client);
  }
}
