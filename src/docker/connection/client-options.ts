import { readFile } from 'node:fs/promises';
import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type Docker from 'dockerode';
import { messageOf } from '../../domain/message-of.ts';
import { EngineError } from '../../engine/ports.ts';
import type { Endpoint } from './endpoint.ts';

/** Port of an engine behind TLS when the address names none. */
const TLS_PORT = '2376';
const PLAIN_PORT = '2375';

/** dockerode passes its options on to docker-modem, which has two more than its types say. */
export type ClientOptions = Docker.DockerOptions & {
  readonly agent: HttpAgent;
  readonly pathPrefix?: string;
};

/**
 * Makes dockerode's options for an endpoint. Every setting that dockerode would otherwise take from the
 * environment is set explicitly.
 */
export async function clientOptions(endpoint: Endpoint): Promise<ClientOptions> {
  const { url } = endpoint;
  if (url.startsWith('unix://')) return local(url.slice('unix://'.length));
  if (url.startsWith('npipe://')) return local(url.slice('npipe://'.length));
  if (/^(tcp|https?):\/\//.test(url)) return remote(endpoint);
  if (url.startsWith('ssh://')) {
    throw new EngineError(
      `${endpoint.origin} says ${url}, and ssh is not supported. Forward the socket instead: ` +
        'ssh -nNT -L /tmp/docker.sock:/var/run/docker.sock HOST, then DOCKER_HOST=unix:///tmp/docker.sock',
    );
  }
  throw new EngineError(
    `${endpoint.origin} says ${url}, which is not the address of an engine: use unix:///path or tcp://host:port`,
  );
}

// Connections are not reused: one that the engine has closed meanwhile would fail the next request.
function local(socketPath: string): ClientOptions {
  return { socketPath, host: undefined, protocol: 'http', agent: quiet(new HttpAgent({ keepAlive: false })) };
}

/**
 * Hides an agent's content from docker-modem, which formats the options of every request for its debug log at any
 * depth: through the agent's open sockets that took up to 40 ms each.
 */
function quiet<T extends HttpAgent>(agent: T): T {
  return Object.defineProperty(agent, inspect.custom, { value: () => 'Agent' });
}

async function remote(endpoint: Endpoint): Promise<ClientOptions> {
  const { hostname, port, protocol } = parse(endpoint);
  const common = { socketPath: undefined, host: hostname, pathPrefix: '/' };
  if (endpoint.tlsFolder === null && protocol !== 'https:' && port !== TLS_PORT) {
    const agent = quiet(new HttpAgent({ keepAlive: false }));
    return { ...common, port: port || PLAIN_PORT, protocol: 'http', agent };
  }
  const tls = endpoint.tlsFolder === null ? {} : await readTls(endpoint.tlsFolder);
  return {
    ...common,
    ...tls,
    port: port || TLS_PORT,
    protocol: 'https',
    agent: quiet(new HttpsAgent({ keepAlive: false })),
  };
}

function parse(endpoint: Endpoint): URL {
  // The URL standard parses hosts less well under schemes that it does not know.
  const url = URL.parse(endpoint.url.replace(/^tcp:/, 'http:'));
  if (url?.hostname) return url;
  throw new EngineError(
    `${endpoint.origin} says ${endpoint.url}, which is not an address: expected tcp://host:port`,
  );
}

async function readTls(folder: string): Promise<{ ca: Buffer; cert: Buffer; key: Buffer }> {
  try {
    const [ca, cert, key] = await Promise.all(
      ['ca.pem', 'cert.pem', 'key.pem'].map((name) => readFile(join(folder, name))),
    );
    return { ca: ca as Buffer, cert: cert as Buffer, key: key as Buffer };
  } catch (error) {
    throw new EngineError(`the engine requires TLS, and its files cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  }
}
