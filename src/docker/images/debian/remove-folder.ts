import { readFile, rm } from 'node:fs/promises';
import { runCommand } from '../../host/command.ts';

/**
 * Removes a folder that debootstrap worked in. When debootstrap is killed, /proc and /sys stay mounted there:
 * they are unmounted first, and a folder that still contains a mount is left alone rather than emptied.
 */
export async function removeFolder(folder: string): Promise<void> {
  for (const mount of (await mountsUnder(folder)).toReversed()) await runCommand('umount', ['-l', mount]);
  if ((await mountsUnder(folder)).length === 0) await rm(folder, { recursive: true, force: true });
}

/** Lists the mount points inside a folder, outer ones first. */
async function mountsUnder(folder: string): Promise<string[]> {
  const mounts = await readFile('/proc/self/mounts', 'utf8');
  return mounts
    .split('\n')
    .map((line) => (line.split(' ')[1] ?? '').replace(/\\040/g, ' '))
    .filter((path) => path.startsWith(`${folder}/`));
}
