import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Docker from 'dockerode';
import { commandWorks, isRoot, runCommand } from '../../../src/docker/host/command.ts';
import { progressMessages } from '../../../src/docker/progress-messages.ts';

/** A second engine beside the machine's: only this one has gVisor as a runtime, `runsc`. */
export interface GVisorEngine extends AsyncDisposable {
  readonly docker: Docker;
  /** Names it to the commands. */
  readonly env: { readonly DOCKER_HOST: string };
}

/** Without hardware virtualisation, and without a network. */
const RUNSC_ARGUMENTS = ['--platform=ptrace', '--network=none'];
const STARTS_WITHIN_MS = 60_000;

/** Explains why there can be no such engine here; null: there can. */
export async function noGVisor(): Promise<string | null> {
  if (!isRoot()) return 'an engine of its own needs root';
  if (!(await commandWorks('dockerd', '--version'))) return 'dockerd is not here';
  if (!(await commandWorks('runsc', '--version')))
    return 'runsc is not here (Debian: apt-get install runsc; others: gvisor.dev)';
  return null;
}

export async function startGVisorEngine(): Promise<GVisorEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-gvisor-'));
  const at = (name: string): string => join(folder, name);
  const runsc = { path: 'runsc', runtimeArgs: RUNSC_ARGUMENTS };
  await writeFile(at('daemon.json'), JSON.stringify({ runtimes: { runsc } }));
  const socket = at('docker.sock');
  const places = ['--data-root', at('data'), '--exec-root', at('exec'), '--pidfile', at('docker.pid')];
  // It needs neither a network nor the host's packet filter. In a network namespace of its own, for an engine without a
  // bridge removes docker0, which is another engine's.
  const alone = ['--bridge=none', '--iptables=false', '--ip6tables=false'];
  const daemon = spawn(
    'unshare',
    [
      '--net',
      'dockerd',
      '--config-file',
      at('daemon.json'),
      '--host',
      `unix://${socket}`,
      ...places,
      ...alone,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  let said = '';
  daemon.stderr.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
  const ended = once(daemon, 'exit');
  const stop = async (): Promise<void> => {
    daemon.kill('SIGTERM');
    await ended;
    await unmountWithin(folder);
    await rm(folder, { recursive: true, force: true });
  };
  const docker = new Docker({ socketPath: socket });
  const from = performance.now();
  while (!(await docker.ping().then(Boolean, () => false))) {
    if (daemon.exitCode !== null || performance.now() - from > STARTS_WITHIN_MS) {
      await stop();
      throw new Error(`dockerd did not start:\n${said}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { docker, env: { DOCKER_HOST: `unix://${socket}` }, [Symbol.asyncDispose]: stop };
}

/** Unmounts what a container that ended late has left mounted below the folder. */
async function unmountWithin(folder: string): Promise<void> {
  const mounts = (await readFile('/proc/mounts', 'utf8')).split('\n').map((line) => line.split(' ')[1] ?? '');
  for (const mount of mounts.filter((path) => path.startsWith(`${folder}/`)).toReversed()) {
    await runCommand('umount', ['-l', mount]);
  }
}

/** Copies images from one engine to another. */
export async function copyImages(tags: readonly string[], from: Docker, to: Docker): Promise<void> {
  const saved = await from.getImage(tags[0] ?? '').get();
  const loading = await to.loadImage(saved);
  for await (const _ of progressMessages(loading)) {
    // It is loaded when all has been read.
  }
  if (tags.length > 1) await copyImages(tags.slice(1), from, to);
}
