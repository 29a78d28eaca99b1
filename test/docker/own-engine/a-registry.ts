import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** Name and password of a registry that requires a login, and the line of htpasswd that says so. */
export const LOGIN = { username: 'matrix', password: 'a-password-for-tests' } as const;
const HTPASSWD = 'matrix:$2y$05$kecdxES5Sf5HbWTf0j3zn.GYHwZS4taUGa5O1dmAYpc.MBPxsQVBG';

/** Debian's docker-registry on loopback. */
export interface TestRegistry extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
}

/** Starts a registry. With `login` it requires one; `store` is a folder that several may share. */
export async function startRegistry(store: string, login = false): Promise<TestRegistry> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-registry-'));
  const auth = login ? { auth: { htpasswd: { realm: 'test', path: join(folder, 'htpasswd') } } } : {};
  const config = {
    version: '0.1',
    log: { level: 'info', formatter: 'json' },
    storage: { filesystem: { rootdirectory: store } },
    http: { addr: '127.0.0.1:0' },
    compatibility: { schema1: { enabled: true } },
    ...auth,
  };
  await writeFile(join(folder, 'htpasswd'), `${HTPASSWD}\n`);
  // JSON is YAML as well.
  await writeFile(join(folder, 'config.yml'), JSON.stringify(config));
  const child = spawn('docker-registry', ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const exit = once(child, 'exit');
  const port = await new Promise<number>((resolve, reject) => {
    const said: string[] = [];
    child.on('error', reject);
    createInterface({ input: child.stderr })
      .on('line', (line) => {
        said.push(line);
        const found = /listening on 127\.0\.0\.1:(\d+)/.exec(line);
        if (found) resolve(Number(found[1]));
      })
      .on('close', () => reject(new Error(`docker-registry ended:\n${said.join('\n')}`)));
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      child.kill('SIGTERM');
      await exit;
      await rm(folder, { recursive: true });
    },
  };
}

/** Stands in front of a registry: counts what is requested, and fails as registries and networks do. */
export class Front implements AsyncDisposable {
  /** `GET /v2/library/ruby/manifests/2.7.4`, in the order they came. */
  readonly requests: string[] = [];
  /** The registry behind it. */
  upstream: TestRegistry;
  readonly #server = createServer((incoming, response) => this.#forward(incoming, response));
  readonly #sockets = new Set<Socket>();
  /** Bytes of answers that still pass; after them connections break, or stall. */
  #left = Infinity;
  #then: 'break' | 'stall' = 'break';

  private constructor(upstream: TestRegistry) {
    this.upstream = upstream;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async before(upstream: TestRegistry): Promise<Front> {
    const front = new Front(upstream);
    front.#server.listen(0, '127.0.0.1');
    await once(front.#server, 'listening');
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /**
   * Returns how often each layer of `ruby:TAG` was fetched; what else an image has is small, and may be looked at
   * twice.
   */
  async layersFetched(tag: string): Promise<readonly number[]> {
    const answer = await fetch(`${this.upstream.url}/v2/library/ruby/manifests/${tag}`, {
      headers: { Accept: 'application/vnd.docker.distribution.manifest.v2+json' },
    });
    const { layers } = (await answer.json()) as { layers: readonly { digest: string }[] };
    return layers.map(
      ({ digest }) => this.requests.filter((line) => line.startsWith('GET ') && line.endsWith(digest)).length,
    );
  }

  failAfter(bytes: number, how: 'break' | 'stall' = 'break'): void {
    [this.#left, this.#then] = [bytes, how];
  }

  mend(): void {
    this.#left = Infinity;
  }

  #forward(incoming: IncomingMessage, response: ServerResponse): void {
    this.requests.push(`${incoming.method} ${incoming.url}`);
    if (this.#left <= 0) return this.#fail(incoming.socket);
    const { method, url: path, headers } = incoming;
    const asked = request(
      { port: this.upstream.port, host: '127.0.0.1', method, path, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.on('error', () => response.destroy());
        answer.on('end', () => response.end());
        answer.on('data', (chunk: Buffer) => {
          this.#left -= chunk.length;
          if (this.#left > 0) return void response.write(chunk);
          this.#fail(incoming.socket);
          answer.pause();
        });
      },
    );
    asked.on('error', () => response.destroy());
    incoming.pipe(asked);
  }

  #fail(socket: Socket): void {
    if (this.#then === 'break') socket.destroy();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }
}
