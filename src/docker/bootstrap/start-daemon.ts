import { readFile } from 'node:fs/promises';
import { pathExists } from '../host/path-exists.ts';
import type { Done } from '../../domain/result.ts';
import { runCommand } from '../host/command.ts';
import { startByHand, waitForAnswer, type StartOptions } from './start-by-hand.ts';

/**
 * Options for kernels without netfilter, which Docker's bridge needs. Rubies are measured without a network,
 * and pulls are not affected.
 */
const WITHOUT_BRIDGE = ['--iptables=false', '--ip6tables=false', '--bridge=none'];

/**
 * Starts Docker's daemon: by systemd where it runs, else by hand, detached, so that it outlives this process. Waits
 * until it has started or failed.
 */
export async function startDaemon(options: StartOptions): Promise<Done> {
  if (await pathExists('/run/systemd/system')) return startBySystemd(options);
  await mountCgroups(options.log);
  const first = await startByHand([], options);
  if (first.ok || !/iptables|bridge|nf_tables|network controller/i.test(first.message)) return first;
  options.log('this kernel has no network filter for containers: starting dockerd without bridge networks');
  return startByHand(WITHOUT_BRIDGE, options);
}

async function startBySystemd({ log, answers }: StartOptions): Promise<Done> {
  log('starting Docker: systemctl start docker');
  const result = await runCommand('systemctl', ['start', 'docker']);
  if (!result.ok) return { ok: false, message: `${result.message}\n${result.output}` };
  if (await waitForAnswer(answers, stillThere)) return { ok: true };
  return { ok: false, message: 'systemd started it, but it does not answer: journalctl -u docker says why' };
}

/** Reports the daemon as running: systemd restarts it when it ends. */
function stillThere(): boolean {
  return true;
}

/** Mounts cgroups, which bound a container's memory and may be missing without an init system. */
async function mountCgroups(log: (line: string) => void): Promise<void> {
  const mounts = await readFile('/proc/mounts', 'utf8');
  if (/^\S+ \S+ cgroup2? /m.test(mounts)) return;
  log('mounting the cgroups: mount -t cgroup2 cgroup2 /sys/fs/cgroup');
  await runCommand('mount', ['-t', 'cgroup2', 'cgroup2', '/sys/fs/cgroup']);
}
