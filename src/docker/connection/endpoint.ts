import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { pathExists } from '../host/path-exists.ts';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EngineError } from '../../engine/ports.ts';

export type EnvVariables = Readonly<Record<string, string | undefined>>;

/** Where the engine listens, and where that is configured (for messages). */
export interface Endpoint {
  /** `unix:///var/run/docker.sock`, `tcp://host:2376` */
  readonly url: string;
  readonly origin: string;
  /** Folder of ca.pem, cert.pem and key.pem; null without TLS. */
  readonly tlsFolder: string | null;
}

/**
 * Finds the engine as Docker's own client does: DOCKER_HOST, then the context that DOCKER_CONTEXT or
 * config.json names, then the sockets Docker, Docker Desktop and rootless Docker make.
 */
export async function findEndpoint(env: EnvVariables): Promise<Endpoint> {
  if (env.DOCKER_HOST) return { url: env.DOCKER_HOST, origin: 'DOCKER_HOST', tlsFolder: tlsFolder(env) };
  const context = env.DOCKER_CONTEXT || (await currentContext(env));
  if (context && context !== 'default') return contextEndpoint(context, env);
  for (const path of usualSockets(env)) {
    if (await pathExists(path)) return { url: `unix://${path}`, origin: 'default', tlsFolder: null };
  }
  return { url: 'unix:///var/run/docker.sock', origin: 'default', tlsFolder: null };
}

function usualSockets(env: EnvVariables): readonly string[] {
  const sockets = ['/var/run/docker.sock', join(homedir(), '.docker/run/docker.sock')];
  if (env.XDG_RUNTIME_DIR) sockets.push(join(env.XDG_RUNTIME_DIR, 'docker.sock'));
  return sockets;
}

function tlsFolder(env: EnvVariables): string | null {
  if (env.DOCKER_CERT_PATH) return env.DOCKER_CERT_PATH;
  return env.DOCKER_TLS_VERIFY ? configFolder(env) : null;
}

/** Finds the folder where Docker's client keeps its settings. */
export function configFolder(env: EnvVariables): string {
  return env.DOCKER_CONFIG || join(homedir(), '.docker');
}

async function currentContext(env: EnvVariables): Promise<string | null> {
  const config = await readJson(join(configFolder(env), 'config.json'));
  const name = (config as { currentContext?: unknown } | null)?.currentContext;
  return typeof name === 'string' ? name : null;
}

async function contextEndpoint(name: string, env: EnvVariables): Promise<Endpoint> {
  const folder = createHash('sha256').update(name).digest('hex');
  const contexts = join(configFolder(env), 'contexts');
  const meta = await readJson(join(contexts, 'meta', folder, 'meta.json'));
  const host = (meta as { Endpoints?: { docker?: { Host?: unknown } } } | null)?.Endpoints?.docker?.Host;
  if (typeof host !== 'string') {
    throw new EngineError(
      `the docker context ${name} is chosen, but it names no engine: docker context ls lists the available ones`,
    );
  }
  const tls = join(contexts, 'tls', folder, 'docker');
  return { url: host, origin: `context ${name}`, tlsFolder: (await pathExists(tls)) ? tls : null };
}

async function readJson(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch {
    return null; // no such file: the defaults of Docker's client hold
  }
}
