import type Docker from 'dockerode';
import type { Instance } from '../identity.ts';
import { LABELS, ownFilter } from '../labels.ts';
import { removeContainer } from '../run/remove.ts';

/**
 * Removes containers of this process that nobody waits for any more: the engine was away when they should have
 * been removed.
 * @param inUse whether the container of a run and ruby is one that is measured now
 */
export async function sweepLost(
  docker: Docker,
  self: Instance,
  inUse: (runId: string, ruby: string) => boolean,
): Promise<void> {
  const filters = ownFilter({ [LABELS.instance]: self.id });
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters })) {
    const [run, ruby] = [Labels[LABELS.run] ?? '', Labels[LABELS.ruby] ?? ''];
    if (!inUse(run, ruby)) await removeContainer(docker.getContainer(Id));
  }
}
