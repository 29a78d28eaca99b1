import type Docker from 'dockerode';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { InUse } from '../../engine/service/ports.ts';
import type { Instance } from '../identity.ts';
import { INSTALLING, LABELS, ownFilter } from '../labels.ts';
import { removeContainer } from '../run/remove.ts';

/** Removes containers of this process that should have been removed while the engine was lost. */
export async function sweepLost(docker: Docker, self: Instance, inUse: InUse): Promise<void> {
  const filters = ownFilter({ [LABELS.instance]: self.id });
  for (const { Id, Labels } of await docker.listContainers({ all: true, filters })) {
    const [run, cell] = [Labels[LABELS.run] ?? '', Labels[LABELS.cell] ?? ''];
    // Several cells may wait for an install, which has a deadline of its own.
    if (run === INSTALLING) continue;
    // This process wrote the label, so it is a cell id.
    if (!inUse.isMeasuring(run, cell as CellId)) await removeContainer(docker.getContainer(Id));
  }
}
