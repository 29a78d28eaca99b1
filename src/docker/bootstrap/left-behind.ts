import { readFile, rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A file in which a program wrote its process id, and that program's name. */
export interface PidFile {
  readonly path: string;
  readonly program: string;
}

/** The pid files of dockerd, and of the containerd that it starts. */
export const PID_FILES: readonly PidFile[] = [
  { path: '/var/run/docker.pid', program: 'dockerd' },
  { path: '/var/run/docker/containerd/containerd.pid', program: 'containerd' },
];

/** Time to wait for containerd, which the kernel ends after its dockerd; longer on a slow disk. */
const ENDS_WITHIN_MS = 10_000;
const LOOK_EVERY_MS = 50;

/**
 * Waits for the end of an engine that was killed, and removes what would keep the next one from starting.
 * dockerd believes that any process named by its pid files is a running engine: even one that is about to end
 * (it then waits 15 seconds for a containerd that is gone), a zombie, or another program with the same
 * number. Running processes are left alone: dockerd takes over a running containerd.
 */
export async function clearLeftBehind(log: (line: string) => void, files: readonly PidFile[]): Promise<void> {
  const deadline = performance.now() + ENDS_WITHIN_MS;
  for (const { path, program } of files) {
    const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10);
    if (!(pid > 0)) continue;
    let state = await stateOf(pid, program);
    if (state === 'alive')
      log(`an engine ran here a moment ago: waiting for the end of ${program} (process ${pid})`);
    while (state === 'alive' && performance.now() < deadline) {
      await sleep(LOOK_EVERY_MS);
      state = await stateOf(pid, program);
    }
    if (state !== 'other') continue;
    log(`removing ${path}: process ${pid} named in it is not a running ${program}`);
    await rm(path, { force: true });
  }
}

/** Checks what became of a program. `other`: its number now belongs to a zombie, or to another program. */
async function stateOf(pid: number, program: string): Promise<'alive' | 'gone' | 'other'> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  if (stat === null) return 'gone';
  // `1234 (dockerd) S …`: a name may contain spaces and parentheses.
  const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
  const state = stat.slice(stat.lastIndexOf(')') + 2)[0] ?? '';
  return name === program && state !== 'Z' && state !== 'X' ? 'alive' : 'other';
}
