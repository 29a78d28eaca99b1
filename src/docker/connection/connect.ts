import Docker from 'dockerode';
import { EngineError } from '../../engine/ports.ts';
import { withDeadline } from '../deadline.ts';
import { Registries } from '../images/pull/registry.ts';
import { negotiate } from './api-version.ts';
import { clientOptions } from './client-options.ts';
import { configFolder, findEndpoint, type Endpoint, type EnvVariables } from './endpoint.ts';
import { noEngineError } from './engine-errors.ts';

/** Time in which an engine has to report its version. A local one needs milliseconds. */
const ANSWER_MS = 10_000;

/** A Docker engine that answered. */
export interface Engine {
  readonly docker: Docker;
  readonly endpoint: Endpoint;
  /** `20.10.24` */
  readonly version: string;
  /** Version of the API that is used with it. */
  readonly apiVersion: string;
  /** Architecture in Debian's words: `amd64`, `arm64`. */
  readonly arch: string;
  /** Release of the kernel that containers run on, as `uname -r` prints it. */
  readonly kernel: string;
  /** Registries as this engine sees them; answers are remembered during the connection. */
  readonly registries: Registries;
}

/**
 * Connects to the engine that the environment names, or the default one.
 * @throws {EngineError} (no socket, no permission, no answer) with the remedy
 */
export async function connect(env: EnvVariables = process.env): Promise<Engine> {
  const endpoint = await findEndpoint(env);
  const options = await clientOptions(endpoint);
  const about = await askVersion(new Docker(options), endpoint);
  const { ApiVersion, MinAPIVersion, Version, Arch, Os, KernelVersion } = about;
  if (Os !== 'linux') {
    throw new EngineError(
      `the engine at ${endpoint.url} runs ${Os} containers; rubies need one that runs Linux`,
    );
  }
  const apiVersion = negotiate(ApiVersion, MinAPIVersion || null);
  const docker = new Docker({ ...options, version: `v${apiVersion}` });
  const registries = new Registries(docker, configFolder(env));
  return { docker, endpoint, version: Version, apiVersion, arch: Arch, kernel: KernelVersion, registries };
}

async function askVersion(docker: Docker, endpoint: Endpoint): Promise<Docker.DockerVersion> {
  try {
    return await withDeadline(docker.version(), ANSWER_MS, 'the version of the engine');
  } catch (error) {
    throw noEngineError(endpoint, error);
  }
}
