import { posix } from 'node:path';
import type Docker from 'dockerode';
import type { GemInstall, PreparedImage } from '../../engine/ports.ts';
import type { Instance } from '../identity.ts';
import { containerLabels, INSTALLING } from '../labels.ts';
import { ATTACHED } from '../run/container-options.ts';
import { hardenedHostConfig, NO_NETWORK, USER_ID, type EngineFeatures } from '../run/hardening.ts';

/** Folder of the gems in an image: the same in which they were compiled. */
const GEMS_FOLDER = '/opt/matrix-gems';
const WORK_MOUNT = '/home/matrix/work';

/** Memory that a compiler needs, besides the gems. */
const COMPILER_MIB = 1024;
/** Room for Gemfiles, folders of gems, and temporary files. */
const WORK_MIB = 128;

/** Makes the options of an installing container: like that of a cell, with room for gems. */
export function installerOptions(
  image: PreparedImage,
  { policy }: Pick<GemInstall, 'policy'>,
  instance: Instance,
  features: EngineFeatures,
): Docker.ContainerCreateOptions {
  const limits = {
    memoryMiB: policy.megabytes + COMPILER_MIB,
    cpus: 2,
    pids: 256,
    openFiles: 1024,
    tmpfsMiB: WORK_MIB,
    outputKiB: 0,
    scriptKiB: 0,
    startSeconds: 0,
    maxBudgetSeconds: 0,
  };
  const host = hardenedHostConfig(limits, features);
  const owner = `uid=${USER_ID},gid=${USER_ID},mode=0755`;
  return {
    Image: image.tag,
    Hostname: 'matrix',
    User: `${USER_ID}:${USER_ID}`,
    // Not through a shell: nothing of a request is part of it.
    Cmd: ['/opt/matrix/supervisor', '--fenced', image.ruby, '/opt/matrix/gems/install.rb'],
    WorkingDir: WORK_MOUNT,
    Env: Object.entries(environment(image.ruby)).map(([name, value]) => `${name}=${value}`),
    Labels: containerLabels(instance, { run: INSTALLING }),
    ...ATTACHED,
    ...NO_NETWORK,
    HostConfig: {
      ...host,
      Tmpfs: {
        // conftest and native extensions are run where they are made.
        [WORK_MOUNT]: `rw,exec,nosuid,nodev,size=${WORK_MIB}m,nr_inodes=65536,${owner}`,
        '/tmp': `rw,exec,nosuid,nodev,size=${WORK_MIB}m,nr_inodes=65536,mode=1777`,
        [GEMS_FOLDER]: `rw,exec,nosuid,nodev,size=${policy.megabytes}m,nr_inodes=262144,${owner}`,
      },
      Ulimits: [
        ...(host.Ulimits ?? []).filter(({ Name }) => Name !== 'fsize'),
        { Name: 'fsize', Soft: policy.megabytes * 1024 * 1024, Hard: policy.megabytes * 1024 * 1024 },
      ],
    },
  };
}

const environment = (ruby: string): Readonly<Record<string, string>> => ({
  HOME: '/tmp',
  TMPDIR: '/tmp',
  LANG: 'C.UTF-8',
  PATH: `/opt/matrix/gems:${posix.dirname(ruby)}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  GEM_HOME: GEMS_FOLDER,
  RUBYOPT: '-r/opt/matrix/gems/debug-info.rb',
});
