import { existsSync } from 'node:fs';
import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const CGROUPS = '/sys/fs/cgroup';
/** Ten times what a process group gets by default. */
const SHARE = existsSync(join(CGROUPS, 'cgroup.controllers'))
  ? { folder: CGROUPS, file: 'cpu.weight', value: '1000' }
  : { folder: join(CGROUPS, 'cpu'), file: 'cpu.shares', value: '10240' };

/**
 * Gives a process a control group of its own that goes first where the processors are busy, as `CPUWeight=1000` of a
 * systemd unit does. Dispose of it when the process has ended. Null where this user must not.
 */
export async function goesFirst(pid: number): Promise<AsyncDisposable | null> {
  const group = join(SHARE.folder, `matrix-bench-${pid}`);
  try {
    await mkdir(group);
    await writeFile(join(group, SHARE.file), SHARE.value);
    await writeFile(join(group, 'cgroup.procs'), String(pid));
  } catch {
    await rmdir(group).catch(() => undefined);
    return null;
  }
  return { [Symbol.asyncDispose]: () => rmdir(group) };
}
