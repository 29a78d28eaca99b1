import { availableParallelism } from 'node:os';
import type Docker from 'dockerode';
import type { Instance } from '../../identity.ts';
import { BUILDING, containerLabels } from '../../labels.ts';
import { ATTACHED } from '../../run/container-options.ts';
import { NO_NETWORK, USER, USER_ID } from '../../run/hardening.ts';
import { BUILD_MOUNT, BUILD_SCRIPT, CACHE_MOUNT } from './build-script.ts';

const MEBIBYTE = 1024 * 1024;
/** Room for sources, object files and the installed ruby. */
const FILES_MIB = 4096;
/** Memory for compilers. */
const MEMORY_MIB = 4096;
/** Room for files that were compiled before, compressed. */
const CACHE_SIZE = '2G';

export interface BuildRequest {
  readonly image: string;
  readonly volume: string;
  /** Length of the source. */
  readonly bytes: number;
  readonly instance: Instance;
  /** Sandboxing runtime; null: the engine's own. */
  readonly runtime: string | null;
}

/**
 * Makes the options of a building container: no network, no rights, nothing to write to but memory and the
 * cache of compiled files.
 */
export function buildContainer({
  image,
  volume,
  bytes,
  instance,
  runtime,
}: BuildRequest): Docker.ContainerCreateOptions {
  const env = {
    HOME: '/tmp',
    LANG: 'C.UTF-8',
    PATH: '/usr/lib/ccache:/usr/local/bin:/usr/bin:/bin',
    CCACHE_DIR: `${CACHE_MOUNT}/ccache`,
    CCACHE_MAXSIZE: CACHE_SIZE,
    CCACHE_BASEDIR: BUILD_MOUNT,
    JOBS: String(availableParallelism()),
    SOURCE_BYTES: String(bytes),
  };
  const memory = (FILES_MIB + MEMORY_MIB) * MEBIBYTE;
  const owner = `uid=${USER_ID},gid=${USER_ID}`;
  return {
    Image: image,
    Hostname: 'matrix',
    User: USER,
    // Not through a shell's arguments: nothing of a request is part of it.
    Cmd: ['/bin/sh', '-c', BUILD_SCRIPT],
    WorkingDir: '/',
    Env: Object.entries(env).map(([name, value]) => `${name}=${value}`),
    Labels: containerLabels(instance, { run: BUILDING }),
    ...ATTACHED,
    ...NO_NETWORK,
    HostConfig: {
      NetworkMode: 'none',
      IpcMode: 'none',
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges'],
      ReadonlyRootfs: true,
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: 1024,
      Tmpfs: {
        // conftest and miniruby are run where they are made.
        [BUILD_MOUNT]: `rw,exec,nosuid,nodev,size=${FILES_MIB}m,${owner},mode=0755`,
        '/tmp': 'rw,exec,nosuid,nodev,size=256m,mode=1777',
      },
      Mounts: [{ Type: 'volume', Source: volume, Target: CACHE_MOUNT }],
      Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
      LogConfig: { Type: 'none', Config: {} },
      AutoRemove: false,
      ...(runtime === null ? {} : { Runtime: runtime }),
    },
  };
}
