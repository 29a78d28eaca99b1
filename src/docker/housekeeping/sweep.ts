import type Docker from 'dockerode';
import { processStart, type Instance } from '../identity.ts';
import { ownFilter, ownerOf } from '../labels.ts';
import { removeContainer } from '../run/remove.ts';

/** Age that no running container of a cell reaches: the longest budget is minutes. */
const SURELY_OVER_MS = 3 * 60 * 60 * 1000;

/** Result of a sweep: containers removed, and those that could not be. */
export interface Swept {
  readonly removed: number;
  readonly failed: number;
}

/**
 * Removes containers of instances that are no longer alive (`kill -9`, a power cut). Containers of this and
 * other living instances are left alone.
 */
export async function sweep(docker: Docker, self: Instance): Promise<Swept> {
  let removed = 0;
  let failed = 0;
  for (const { Id, Labels, Created } of await docker.listContainers({ all: true, filters: ownFilter() })) {
    const ageMs = Date.now() - Created * 1000;
    if (!(await isLeftOver(ownerOf(Labels), self, ageMs))) continue;
    if (await removeContainer(docker.getContainer(Id))) removed += 1;
    else failed += 1;
  }
  return { removed, failed };
}

/**
 * Tells whether the owner of a container is gone. Where that cannot be known (another machine on the same
 * engine, another pid namespace) only age decides.
 */
export async function isLeftOver(owner: Instance | null, self: Instance, ageMs: number): Promise<boolean> {
  if (owner === null) return ageMs > SURELY_OVER_MS;
  if (owner.id === self.id) return false;
  if (owner.machine !== self.machine) return ageMs > SURELY_OVER_MS;
  if (owner.boot !== self.boot) return true;
  if (owner.pidNamespace !== self.pidNamespace) return ageMs > SURELY_OVER_MS;
  if (owner.pidStart === '?') return !isAlive(owner.pid);
  return (await processStart(owner.pid)) !== owner.pidStart;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EPERM';
  }
}
