import { spawn } from 'node:child_process';
import { access, mkdir, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from '../host/command.ts';

export type Started = { readonly ok: true } | { readonly ok: false; readonly reason: string };

/** Where a daemon that was started by hand writes its log. */
const DAEMON_LOG = '/var/log/matrix-dockerd.log';

/** A daemon that answers at all does so within this time, on a slow disk too. */
const ANSWER_MS = 60_000;
const ASK_EVERY_MS = 250;

/**
 * Rubies are measured without a network: where the kernel has no netfilter for Docker's bridge, the daemon
 * can do without both. Pulls are not affected.
 */
const WITHOUT_BRIDGE = ['--iptables=false', '--ip6tables=false', '--bridge=none'];

interface StartOptions {
  readonly log: (line: string) => void;
  /** Asks whether the daemon answers. */
  readonly answers: () => Promise<boolean>;
}

/**
 * Starts Docker's daemon: by systemd where it runs, else by hand, detached, so that it outlives this process. Begun, it
 * is waited for: whoever looks next finds it started, or a reason.
 */
export async function startDaemon(options: StartOptions): Promise<Started> {
  if (await exists('/run/systemd/system')) return startBySystemd(options);
  await mountCgroups(options.log);
  const first = await startByHand([], options);
  if (first.ok || !/iptables|bridge|nf_tables|network controller/i.test(first.reason)) return first;
  options.log('this kernel has no network filter for containers: starting dockerd without bridge networks');
  return startByHand(WITHOUT_BRIDGE, options);
}

async function startBySystemd({ log, answers }: StartOptions): Promise<Started> {
  log('starting Docker: systemctl start docker');
  const result = await runCommand('systemctl', ['start', 'docker']);
  if (!result.ok) return { ok: false, reason: `${result.message}\n${result.output}` };
  if (await waitForAnswer(answers, stillThere)) return { ok: true };
  return { ok: false, reason: 'systemd started it, but it does not answer: journalctl -u docker says why' };
}

/** systemd starts it again when it ends. */
function stillThere(): boolean {
  return true;
}

async function startByHand(args: readonly string[], { log, answers }: StartOptions): Promise<Started> {
  log(`starting Docker by hand: ${['dockerd', ...args].join(' ')} (its log: ${DAEMON_LOG})`);
  await mkdir(dirname(DAEMON_LOG), { recursive: true });
  const output = await open(DAEMON_LOG, 'w');
  let ended: string | null = null;
  try {
    const daemon = spawn('dockerd', args, { detached: true, stdio: ['ignore', output.fd, output.fd] });
    daemon.on('error', (error) => (ended = error.message));
    daemon.on('exit', (code, killed) => (ended ??= `it ended with ${killed ?? `code ${code}`}`));
    daemon.unref();
    if (await waitForAnswer(answers, () => ended === null)) return { ok: true };
    return { ok: false, reason: `${ended ?? 'it does not answer'}\n${await lastLines(DAEMON_LOG)}` };
  } finally {
    await output.close();
  }
}

async function waitForAnswer(answers: () => Promise<boolean>, alive: () => boolean): Promise<boolean> {
  const deadline = performance.now() + ANSWER_MS;
  while (alive() && performance.now() < deadline) {
    if (await answers()) return true;
    await sleep(ASK_EVERY_MS);
  }
  return false;
}

/** Without an init system nobody may have mounted the cgroups that bound a container's memory. */
async function mountCgroups(log: (line: string) => void): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8');
  if (/^\S+ \S+ cgroup2? /m.test(mounts)) return;
  log('mounting the cgroups: mount -t cgroup2 cgroup2 /sys/fs/cgroup');
  await runCommand('mount', ['-t', 'cgroup2', 'cgroup2', '/sys/fs/cgroup']);
}

async function lastLines(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-8).join('\n');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
