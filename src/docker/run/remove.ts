import type Docker from 'dockerode';
import { withDeadline } from '../deadline.ts';

const KILL_MS = 5000;
const REMOVE_MS = 10_000;

/** Kills a container. One that has ended or was removed is fine; a lost engine is noticed elsewhere. */
export async function killContainer(container: Docker.Container): Promise<void> {
  await withDeadline(container.kill(), KILL_MS, 'kill').catch(() => {});
}

/**
 * Removes a container with all that belongs to it. One that cannot be removed now, because the engine is lost,
 * carries its owner's labels, and the next run removes it.
 */
export async function removeContainer(container: Docker.Container): Promise<boolean> {
  return withDeadline(container.remove({ force: true, v: true }), REMOVE_MS, 'removal').then(
    () => true,
    () => false,
  );
}
