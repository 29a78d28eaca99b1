import { EngineError } from '../../engine/ports.ts';
import { connect, type Engine } from '../connection/connect.ts';
import { findEndpoint, type EnvVariables } from '../connection/endpoint.ts';
import { hasApt } from '../host/apt.ts';
import { commandWorks, isRoot } from '../host/command.ts';
import type { HostSetup } from '../host/host-setup.ts';
import { startDaemon } from './start-daemon.ts';

export interface EnsureOptions {
  /** Receives a line of text before each step. */
  readonly log: (line: string) => void;
  readonly signal: AbortSignal;
  readonly env?: EnvVariables;
  readonly setup: HostSetup;
}

const INSTALL = 'apt-get install -y --no-install-recommends docker.io';

/**
 * Finds a running engine; where there is none and this process may (root, Linux, no engine chosen by DOCKER_HOST or a
 * context), installs Debian's and starts it.
 * @throws {EngineError} with the commands to type where it may not, or with what went wrong
 */
export async function ensureEngine({
  log,
  signal,
  env = process.env,
  setup,
}: EnsureOptions): Promise<Engine> {
  try {
    return await connect(env);
  } catch (error) {
    await assertMayStart(error, env);
  }
  await setup.alone('host', { progress: log, signal }, (progress) => bringUp(progress, env, setup));
  const engine = await connect(env);
  log(`Docker ${engine.version} runs`);
  return engine;
}

/** Installs and starts an engine, unless another process did so meanwhile. */
async function bringUp(log: (line: string) => void, env: EnvVariables, setup: HostSetup): Promise<void> {
  const answers = (): Promise<boolean> =>
    connect(env).then(
      () => true,
      () => false,
    );
  if (await answers()) return;
  if (!(await commandWorks('dockerd', '--version'))) await install(log, setup);
  // The package may have started it.
  if (await answers()) return;
  const started = await startDaemon({ log, answers });
  if (!started.ok) throw new EngineError(`Docker could not be started: ${started.message}`);
}

/**
 * Checks that an engine may be installed or started here.
 * @throws {EngineError} with what to do otherwise
 */
async function assertMayStart(error: unknown, env: EnvVariables): Promise<void> {
  const code = ((error as Error).cause as { code?: unknown } | undefined)?.code;
  const absent = code === 'ENOENT' || code === 'ECONNREFUSED';
  if (!absent || (await findEndpoint(env)).origin !== 'default') throw error;
  if (process.platform !== 'linux') {
    throw new EngineError('no Docker engine answers: install and start Docker Desktop, then run this again');
  }
  if (!isRoot()) {
    const commands = (await commandWorks('dockerd', '--version')) ? '' : `sudo ${INSTALL}; `;
    throw new EngineError(
      `no Docker engine answers, and starting one needs root: ${commands}sudo systemctl start docker` +
        ' (without systemd: sudo dockerd &); then: sudo usermod -aG docker "$USER", and log in again',
    );
  }
}

async function install(log: (line: string) => void, setup: HostSetup): Promise<void> {
  if (!(await hasApt())) {
    throw new EngineError(
      'Docker is not installed, and this system has no apt-get: install Docker by its package manager, start it',
    );
  }
  log('no Docker engine found');
  const installed = await setup.installAlone(['docker.io', 'ca-certificates'], log);
  if (installed.ok) return;
  throw new EngineError(
    `Docker could not be installed: ${installed.message}\n${installed.output}\nBy hand: ${INSTALL}`,
  );
}
