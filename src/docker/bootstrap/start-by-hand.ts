import { spawn } from 'node:child_process';
import { mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Done } from '../../domain/result.ts';
import { clearLeftBehind, PID_FILES, type PidFile } from './left-behind.ts';

/** Files of a daemon. */
interface DaemonPaths {
  readonly pidFiles: readonly PidFile[];
  readonly logFile: string;
}

const USUAL: DaemonPaths = { pidFiles: PID_FILES, logFile: '/var/log/matrix-dockerd.log' };

/** Longest time for a daemon to answer after its start, even on a slow disk. */
const ANSWER_MS = 60_000;
const ASK_EVERY_MS = 250;

export interface StartOptions {
  readonly log: (line: string) => void;
  /** Asks whether the daemon answers. */
  readonly answers: () => Promise<boolean>;
}

/** Starts a daemon that outlives this process, once the one that ran before has ended. */
export async function startByHand(
  args: readonly string[],
  { log, answers }: StartOptions,
  { pidFiles, logFile }: DaemonPaths = USUAL,
): Promise<Done> {
  await clearLeftBehind(log, pidFiles);
  // Another process may have started one.
  if (await answers()) return { ok: true };
  log(`starting Docker by hand: ${['dockerd', ...args].join(' ')} (its log: ${logFile})`);
  await mkdir(dirname(logFile), { recursive: true });
  const output = await open(logFile, 'w');
  let ended: string | null = null;
  try {
    const daemon = spawn('dockerd', args, { detached: true, stdio: ['ignore', output.fd, output.fd] });
    daemon.on('error', (error) => (ended = error.message));
    daemon.on('exit', (code, killed) => (ended ??= `it ended with ${killed ?? `code ${code}`}`));
    daemon.unref();
    if (await waitForAnswer(answers, () => ended === null)) return { ok: true };
    return { ok: false, message: `${ended ?? 'it does not answer'}\n${await lastLines(logFile)}` };
  } finally {
    await output.close();
  }
}

/** Waits until the daemon answers, has ended, or a minute has passed. */
export async function waitForAnswer(answers: () => Promise<boolean>, alive: () => boolean): Promise<boolean> {
  const deadline = performance.now() + ANSWER_MS;
  while (alive() && performance.now() < deadline) {
    if (await answers()) return true;
    await sleep(ASK_EVERY_MS);
  }
  return false;
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-8).join('\n');
}
