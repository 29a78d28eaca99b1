import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/** A real redis-server with a new folder. */
export interface RedisServer extends AsyncDisposable {
  readonly url: string;
  readonly pid: number;
  readonly client: Redis;
  kill(): Promise<void>;
  /** Starts it again on the same port and with the same files. */
  restart(): Promise<void>;
  /** Bytes that its data takes. */
  usedBytes(): Promise<number>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Starts redis-server of this system, as README says it should be. */
export async function startRedis(...more: readonly string[]): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-redis-'));
  const port = await freePort();
  const url = `redis://127.0.0.1:${port}`;
  const args = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const usual = ['--appendonly', 'yes', '--appendfsync', 'everysec', '--maxmemory-policy', 'noeviction'];
  const client = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: null, retryStrategy: () => 50 });
  client.on('error', () => undefined);
  let child: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    const next = spawn('redis-server', [...args, ...usual, ...more], { stdio: 'ignore' });
    await once(next, 'spawn').catch((error: unknown) => {
      throw new Error('redis-server is not here: sh .ci/setup tests', { cause: error });
    });
    child = next;
    for (let tries = 0; tries < 200; tries += 1) {
      if (await client.ping().then(Boolean, () => false)) return;
      await sleep(25);
    }
    throw new Error('redis-server does not answer');
  };
  const kill = async (): Promise<void> => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    const over = once(child, 'exit');
    child.kill('SIGKILL');
    await over;
  };
  await start();
  return {
    url,
    client,
    get pid() {
      return child?.pid ?? 0;
    },
    kill,
    restart: start,
    usedBytes: async () => Number(/^used_memory:(\d+)/m.exec(await client.info('memory'))?.[1]),
    async [Symbol.asyncDispose]() {
      client.disconnect();
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
