import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { EngineError } from '../../../engine/ports.ts';
import { containerLabels, PROJECT } from '../../labels.ts';
import { INSPECTION_BOUNDS, USER } from '../../run/hardening.ts';
import { runToEnd } from '../../run/run-to-end.ts';
import type { SourceContext } from '../base/source-context.ts';
import { CACHE_MOUNT } from './build-script.ts';

const LONGEST_MS = 60_000;

/** The volume, and whether it is empty yet. */
export interface CacheVolume {
  readonly name: string;
  readonly isNew: boolean;
}

/**
 * Finds or makes the volume that keeps what was compiled of a repository. Builds of another repository never
 * read it.
 */
export async function cacheVolume(
  repository: string,
  image: string,
  { docker, instance, signal }: SourceContext,
): Promise<CacheVolume> {
  const name = `matrix-ccache-${createHash('sha256').update(repository).digest('hex').slice(0, 12)}`;
  const isNew = await docker
    .getVolume(name)
    .inspect()
    .then(
      () => false,
      () => true,
    );
  await docker.createVolume({ Name: name, Labels: { [PROJECT.key]: PROJECT.value } });
  const options: Docker.ContainerCreateOptions = {
    Image: image,
    Cmd: ['/bin/chown', USER, CACHE_MOUNT],
    User: '0:0',
    Labels: containerLabels(instance, {}),
    HostConfig: {
      ...INSPECTION_BOUNDS,
      CapAdd: ['CHOWN'],
      ReadonlyRootfs: true,
      Mounts: [{ Type: 'volume', Source: name, Target: CACHE_MOUNT }],
    },
  };
  await runToEnd(docker, options, { longestMs: LONGEST_MS, signal }, ({ exitCode, stderr }) => {
    if (exitCode !== 0) throw new EngineError(`the cache of builds cannot be written: ${stderr.trim()}`);
    return Promise.resolve();
  });
  return { name, isNew };
}
