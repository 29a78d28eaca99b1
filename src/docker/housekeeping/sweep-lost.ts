import type Docker from 'dockerode';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { InUse } from '../../engine/service/ports.ts';
import type { Instance } from '../identity.ts';
import { INSTALLING, LABELS, ownFilter } from '../labels.ts';
import { removeContainer } from '../run/remove.ts';

/**
 * Removes containers of this process that are no longer used: the engine was lost when they should have been removed.
 */
export async function sweepLost(docker: Docker, self: Instance, inUse: InUse): Promise<void> {
  const filters = ownFilter({ [LABELS.instance]: self.id });
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters })) {
    const [run, cell] = [Labels[LABELS.run] ?? '', Labels[LABELS.cell] ?? ''];
    // Several cells may wait for an install; it has a deadline of its own.
    if (run === INSTALLING) continue;
    // The label is what this process wrote.
    if (!inUse.isMeasuring(run, cell as CellId)) await removeContainer(docker.getContainer(Id));
  }
}
