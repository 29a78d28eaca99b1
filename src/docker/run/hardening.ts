import type Docker from 'dockerode';
import type { OwnImage } from '../../domain/ruby/own-image.ts';
import type { Limits } from '../../domain/ruby/ruby.ts';

/** User and group a script runs as, except in the user's own image; no other image has this number. */
export const USER_ID = 10001;
/** The same, as the engine takes it. */
export const USER = `${USER_ID}:${USER_ID}`;

/** The only place that a script may write to besides /tmp: a tmpfs, which contains the working directory. */
const WORK_MOUNT = '/home/matrix/work';

/** Files and folders a script may make in one tmpfs. */
const TMPFS_INODES = 8192;

const MEBIBYTE = 1024 * 1024;

/**
 * Leaves a container the loopback of a network namespace of its own, as `NetworkMode: 'none'` alone does. Without this
 * Docker before 28 starts a copy of itself to set that up (`libnetwork-setkey`, github.com/moby/moby/issues/52488), which
 * takes half of a start. With it there is no /etc/hosts either, so that names such as localhost are unknown.
 */
export const NO_NETWORK = { NetworkDisabled: true } as const satisfies Docker.ContainerCreateOptions;

/** Features that differ between engines. */
export interface EngineFeatures {
  /** A sandboxing runtime (`runsc`) chosen by the operator; null for the engine's own. */
  readonly runtime: string | null;
  /** True where the runtime brings a kernel of its own (gVisor), which lives within the container's bounds. */
  readonly ownKernel: boolean;
}

/** User of a script, and folders it may write to besides its files and /tmp. */
export type Writer = Pick<OwnImage, 'user' | 'group' | 'writable'>;

/** Memory of the container for gVisor's kernel, in addition to the script's. */
const KERNEL_MIB = 64;
/** Tasks of the host for gVisor's kernel: its own threads, and those it needs per process of the script. */
const KERNEL_TASKS = 192;
const KERNEL_TASKS_PER_PROCESS = 8;

/**
 * Makes the bounds of every container from constants of the code: nothing of a request reaches them. The
 * engine's default seccomp profile and masked paths stay in force, since nothing here lifts them.
 */
export function hardenedHostConfig(
  limits: Limits,
  features: EngineFeatures,
  { user, group, writable }: Writer = { user: USER_ID, group: USER_ID, writable: [] },
): Docker.HostConfig {
  const { runtime, ownKernel } = features;
  const memoryBytes = (limits.memoryMiB + (ownKernel ? KERNEL_MIB : 0)) * MEBIBYTE;
  const tmpfsBytes = limits.tmpfsMiB * MEBIBYTE;
  const tmpfs = `rw,noexec,nosuid,nodev,size=${tmpfsBytes},nr_inodes=${TMPFS_INODES}`;
  return {
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    Privileged: false,
    ReadonlyRootfs: true,
    Tmpfs: {
      ...Object.fromEntries(writable.map((path) => [path, `${tmpfs},uid=${user},gid=${group},mode=0755`])),
      [WORK_MOUNT]: `${tmpfs},uid=${user},gid=${group},mode=0755`,
      '/tmp': `${tmpfs},mode=1777`,
    },
    NetworkMode: 'none',
    IpcMode: 'none',
    Memory: memoryBytes,
    // The sum of memory and swap. Equal values mean no swap, where a leak could hide.
    MemorySwap: memoryBytes,
    NanoCpus: Math.round(limits.cpus * 1e9),
    PidsLimit: limits.pids * (ownKernel ? KERNEL_TASKS_PER_PROCESS : 1) + (ownKernel ? KERNEL_TASKS : 0),
    Ulimits: [
      { Name: 'nofile', Soft: limits.openFiles, Hard: limits.openFiles },
      { Name: 'core', Soft: 0, Hard: 0 },
      { Name: 'fsize', Soft: tmpfsBytes, Hard: tmpfsBytes },
      // The engine counts the tasks of gVisor's kernel, which counts the script's; on the host's own kernel this
      // bound would hold for all containers of this user together.
      ...(ownKernel ? [{ Name: 'nproc', Soft: limits.pids, Hard: limits.pids }] : []),
    ],
    // What a script prints goes through the supervisor, bounded; a log of the engine would fill the disk.
    LogConfig: { Type: 'none', Config: {} },
    RestartPolicy: { Name: 'no' },
    // Removed explicitly: automatic removal would race with the wait for the end.
    AutoRemove: false,
    // The supervisor is the first process, which a script cannot kill; it reaps orphans itself.
    Init: false,
    ...(runtime === null ? {} : { Runtime: runtime }),
  };
}

/**
 * Bounds of a container that only inspects its image: no network, no rights, little memory, few processes, no
 * log.
 */
export const INSPECTION_BOUNDS = {
  NetworkMode: 'none',
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
  Memory: 256 * MEBIBYTE,
  MemorySwap: 256 * MEBIBYTE,
  PidsLimit: 32,
  LogConfig: { Type: 'none', Config: {} },
} satisfies Docker.HostConfig;
