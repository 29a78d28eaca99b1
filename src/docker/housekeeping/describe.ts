import type { Done } from '../../domain/result.ts';
import { hasApt } from '../host/apt.ts';
import { isRoot, commandWorks } from '../host/command.ts';
import type { Engine } from '../connection/connect.ts';
import { emulatedArchs, type Whereabouts } from './emulation.ts';
import { registryRefusal, type RegistryRefusal } from '../images/pull/refusal.ts';

/** Facts about an engine, for finding out why it misbehaves. */
export interface EngineDescription {
  readonly endpoint: string;
  readonly version: string;
  readonly apiVersion: string;
  readonly arch: string;
  /** Further architectures, by emulation; null where that cannot be seen from here. */
  readonly emulated: readonly string[] | null;
  readonly os: string;
  readonly cgroupVersion: string;
  readonly storageDriver: string;
  /** Folder of the engine's images, on its own machine. */
  readonly rootFolder: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  readonly runtimes: readonly string[];
  readonly defaultRuntime: string;
  /** The engine's own warnings, such as missing limits on memory or pids. */
  readonly warnings: readonly string[];
}

interface Info extends Whereabouts {
  readonly CgroupVersion?: string;
  readonly Driver?: string;
  readonly DockerRootDir?: string;
  readonly NCPU?: number;
  readonly MemTotal?: number;
  readonly DefaultRuntime?: string;
  readonly Runtimes?: Readonly<Record<string, unknown>>;
  readonly Warnings?: readonly string[] | null;
}

/** Describes the engine, for `matrix doctor`. */
export async function describeEngine(engine: Engine): Promise<EngineDescription> {
  const info = (await engine.docker.info()) as Info;
  return {
    endpoint: engine.endpoint.url,
    version: engine.version,
    apiVersion: engine.apiVersion,
    arch: engine.arch,
    emulated: await emulatedArchs(info),
    os: info.OperatingSystem ?? '?',
    cgroupVersion: info.CgroupVersion ?? '?',
    storageDriver: info.Driver ?? '?',
    rootFolder: info.DockerRootDir ?? '?',
    cpus: info.NCPU ?? 0,
    memoryBytes: info.MemTotal ?? 0,
    runtimes: Object.keys(info.Runtimes ?? {}),
    defaultRuntime: info.DefaultRuntime ?? 'runc',
    warnings: info.Warnings ?? [],
  };
}

/**
 * Checks whether the registry of the official images answers the engine, and what it requires first. Never
 * rejects.
 */
export async function registryReachable({
  registries,
}: Engine): Promise<Done & { readonly refusal?: RegistryRefusal }> {
  const answer = await registries.reachable('ruby:latest');
  if (!answer.ok) return { ok: false, message: answer.message };
  if (answer.refusal === undefined) return { ok: true };
  const mirrors = await registries.mirrorsOf('ruby:latest');
  return { ok: true, refusal: registryRefusal('ruby:VERSION', answer.refusal, mirrors) };
}

/** Checks whether bases can be made from Debian packages here, and if not, what is missing. */
export async function debianBasesPossible(): Promise<Done> {
  if (!isRoot()) return { ok: false, message: 'making a Debian base needs root' };
  // With apt, debootstrap is installed when it is needed.
  if ((await commandWorks('debootstrap', '--version')) || (await hasApt())) return { ok: true };
  return { ok: false, message: 'debootstrap is not installed: install it with the package manager' };
}
