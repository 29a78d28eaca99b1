import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import type { Done } from '../../domain/result.ts';

export interface HostLock {
  release(): void;
}

/** Time after which a wait is reported to the user. */
const TELL_AFTER_MS = 1000;

/**
 * Takes a lock that holds between processes, waiting as long as needed: a helper process holds flock(2) until
 * its input ends. The kernel releases it however this process ends. Without flock(1) (macOS) there is no such
 * lock.
 * @throws the signal's reason when aborted while waiting
 */
export async function takeHostLock(
  path: string,
  progress: (line: string) => void,
  signal: AbortSignal,
): Promise<HostLock> {
  signal.throwIfAborted();
  const holder = spawn('flock', [path, 'sh', '-c', 'echo held; exec cat >/dev/null'], {
    // A Ctrl-C in the terminal must not release it.
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  // Whether it still listens at that point does not matter.
  holder.stdin.on('error', () => {});
  const release = (): void => void holder.stdin.end();
  const waiting = setTimeout(
    () => progress('waiting: another matrix is setting up this machine'),
    TELL_AFTER_MS,
  );
  try {
    const held = await answerOf(holder, signal);
    if (!held.ok) throw new Error(`the lock ${path} cannot be taken: ${held.message}`);
    return { release };
  } catch (error) {
    release();
    if (holder.pid !== undefined) holder.kill();
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { release: () => {} };
    throw error;
  } finally {
    clearTimeout(waiting);
  }
}

async function answerOf(
  holder: ChildProcessByStdio<Writable, Readable, Readable>,
  signal: AbortSignal,
): Promise<Done> {
  let complaint = '';
  holder.stderr.setEncoding('utf8').on('data', (text: string) => (complaint += text));
  const ended = once(holder, 'close', { signal }).then((): Done => ({
    ok: false,
    message: complaint.trim() || 'flock ended',
  }));
  const held = once(holder.stdout, 'data', { signal }).then((): Done => ({ ok: true }));
  // The loser of the race may reject later, unobserved.
  ended.catch(() => {});
  held.catch(() => {});
  try {
    return await Promise.race([held, ended]);
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}
