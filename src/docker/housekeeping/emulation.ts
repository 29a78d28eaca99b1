import { readdir } from 'node:fs/promises';
import { release } from 'node:os';

/** Folder in which the kernel lists its emulators, one file each. */
const REGISTERED = '/proc/sys/fs/binfmt_misc';

/** Architectures in Debian's words, by the name an emulator is registered with. */
const EMULATORS: Readonly<Record<string, string>> = {
  'qemu-aarch64': 'arm64',
  'qemu-x86_64': 'amd64',
  rosetta: 'amd64',
};

/** The part of an engine's `info` about its machine. */
export interface Whereabouts {
  readonly KernelVersion?: string;
  readonly OperatingSystem?: string;
}

/**
 * Lists the architectures that an engine can emulate, in Debian's words; null for an engine on another
 * kernel, where that cannot be seen.
 */
export async function emulatedArchs(info: Whereabouts): Promise<readonly string[] | null> {
  // Docker Desktop's machine has emulators for both.
  if (info.OperatingSystem === 'Docker Desktop') return ['amd64', 'arm64'];
  if (process.platform !== 'linux' || info.KernelVersion !== release()) return null;
  const names = await readdir(REGISTERED).catch((): string[] => []);
  return [...new Set(names.flatMap((name) => EMULATORS[name] ?? []))];
}
