import type Docker from 'dockerode';
import { withDeadline } from '../deadline.ts';

const KILL_MS = 5000;
const REMOVE_MS = 10_000;

/**
 * Kills a container. Does nothing for one that has ended or was removed; a lost engine is noticed elsewhere.
 */
export async function killContainer(container: Docker.Container): Promise<void> {
  await withDeadline(container.kill(), KILL_MS, 'kill').catch(() => {});
}

/**
 * Removes a container with all that belongs to it. If the engine is lost, the next run finds the container by
 * its owner's labels and removes it.
 */
export async function removeContainer(container: Docker.Container): Promise<boolean> {
  return withDeadline(container.remove({ force: true, v: true }), REMOVE_MS, 'removal').then(
    () => true,
    () => false,
  );
}
