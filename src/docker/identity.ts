import { randomBytes } from 'node:crypto';
import { readFile, readlink } from 'node:fs/promises';
import { hostname } from 'node:os';

/**
 * Identity of the process that started a container, from which another process can tell whether it is still
 * alive. Process ids are reused, so the start time is part of it; they mean nothing in another pid namespace
 * or after a reboot, so those are part of it, too.
 */
export interface Instance {
  /** Random, new for every process of ours. */
  readonly id: string;
  readonly pid: number;
  /** Start of the process in clock ticks since boot; `?` where the system does not report it. */
  readonly pidStart: string;
  readonly machine: string;
  /** Boot of the kernel. */
  readonly boot: string;
  readonly pidNamespace: string;
}

const ID = randomBytes(6).toString('hex');

/** Reads the identity of this process, the same at each call: what it left behind is found again by it. */
export async function thisInstance(): Promise<Instance> {
  return {
    id: ID,
    pid: process.pid,
    pidStart: (await processStart(process.pid)) ?? '?',
    machine: hostname(),
    boot: await readFile('/proc/sys/kernel/random/boot_id', 'utf8').then(
      (text) => text.trim(),
      () => '?',
    ),
    pidNamespace: await readlink('/proc/self/ns/pid').catch(() => '?'),
  };
}

/** Reads when a process started; null when there is none of that id, or no /proc. */
export async function processStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the command in parentheses, which may contain spaces; the start is the 22nd field.
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
  } catch {
    return null;
  }
}
