import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { clearLeftBehind, type PidFile } from '../../../src/docker/bootstrap/left-behind.ts';
import { connect, type Engine } from '../../../src/docker/connection/connect.ts';
import { removeFolder } from '../../../src/docker/images/debian/remove-folder.ts';

const ANSWER_MS = 60_000;

/** A Docker engine of a test's own: what is done to it harms nobody. */
export interface OwnEngine extends AsyncDisposable {
  /** Value of DOCKER_HOST. */
  readonly host: string;
  /** A client that reads its logins from `configFolder`, which is empty at first. */
  connect(configFolder?: string): Promise<Engine>;
  /** `SIGSTOP` freezes it, `SIGCONT` lets it continue, `SIGKILL` ends it at once; its containers stay. */
  signal(name: NodeJS.Signals): Promise<void>;
  /** As it was started, and where it keeps its process ids. */
  readonly args: readonly string[];
  readonly pidFiles: readonly PidFile[];
  /** Starts it again where it was. */
  restart(): Promise<void>;
  log(): Promise<string>;
}

export interface OwnEngineOptions {
  readonly args?: readonly string[];
  /** Folder for its images; by default a new one on the disk of temporary files. */
  readonly dataFolder?: string;
}

/** Explains why a test cannot start an engine here, or null. */
export async function whyNoOwnEngine(): Promise<string | null> {
  if (process.platform !== 'linux') return 'an engine of its own can be started on Linux only';
  if (process.getuid?.() !== 0) return 'starting an engine of its own needs root';
  return promisify(execFile)('dockerd', ['--version']).then(
    () => null,
    () => 'there is no dockerd here to start an engine of its own from',
  );
}

/**
 * Starts an engine that shares nothing with others: neither images nor containers, networks or containerd's
 * names.
 */
export async function startOwnEngine({ args = [], dataFolder }: OwnEngineOptions = {}): Promise<OwnEngine> {
  const folder = await mkdtemp(join(tmpdir(), 'matrix-engine-'));
  const [socket, configFolder, logFile] = ['sock', 'config', 'log'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  await mkdir(configFolder);
  await writeFile(join(folder, 'daemon.json'), '{}');
  const name = `matrix-test-${process.pid}`;
  // An engine without a bridge removes docker0, which is another engine's: it gets one of its own.
  const bridge = `mtx${process.pid}`.slice(0, 15);
  const execute = promisify(execFile);
  const hasBridge = await execute('ip', ['link', 'add', 'name', bridge, 'type', 'bridge']).then(
    () => true,
    () => false,
  );
  const all = [
    `--data-root=${dataFolder ?? join(folder, 'data')}`,
    `--exec-root=${join(folder, 'exec')}`,
    `--pidfile=${join(folder, 'pid')}`,
    `--config-file=${join(folder, 'daemon.json')}`,
    `--host=unix://${socket}`,
    `--bridge=${hasBridge ? bridge : 'none'}`,
    '--iptables=false',
    '--ip6tables=false',
    `--containerd-namespace=${name}`,
    `--containerd-plugins-namespace=${name}-plugins`,
    ...args,
  ];
  // It cannot reach Docker Hub, even where this machine can: tests decide what is in their registry.
  const env = { ...process.env, HTTP_PROXY: '', HTTPS_PROXY: 'http://127.0.0.1:1', NO_PROXY: '127.0.0.1' };
  const host = `unix://${socket}`;
  const log = (): Promise<string> => readFile(logFile, 'utf8').catch(() => '');
  const connectTo = (config: string = configFolder): Promise<Engine> =>
    connect({ DOCKER_HOST: host, DOCKER_CONFIG: config });

  const start = async (): Promise<ChildProcess> => {
    const output = await open(logFile, 'a');
    const daemon = spawn('dockerd', all, { stdio: ['ignore', output.fd, output.fd], env });
    await output.close();
    const deadline = performance.now() + ANSWER_MS;
    while (performance.now() < deadline && daemon.exitCode === null && daemon.signalCode === null) {
      const answers = await connectTo().then(
        () => true,
        () => false,
      );
      if (answers) return daemon;
      await sleep(100);
    }
    daemon.kill('SIGKILL');
    throw new Error(`an engine of its own did not start:\n${(await log()).slice(-500)}`);
  };

  const pidFiles = [
    { path: join(folder, 'pid'), program: 'dockerd' },
    { path: join(folder, 'exec/containerd/containerd.pid'), program: 'containerd' },
  ];
  let daemon = await start();
  const hasEnded = (): boolean => daemon.exitCode !== null || daemon.signalCode !== null;
  return {
    host,
    connect: connectTo,
    async signal(signal) {
      const end = signal === 'SIGKILL' || signal === 'SIGTERM' ? once(daemon, 'exit') : null;
      daemon.kill(signal);
      await end;
    },
    async restart() {
      if (!hasEnded()) throw new Error('the engine still runs');
      await clearLeftBehind(() => {}, pidFiles);
      daemon = await start();
    },
    args: all,
    pidFiles,
    log,
    async [Symbol.asyncDispose]() {
      if (!hasEnded()) {
        const end = once(daemon, 'exit');
        daemon.kill('SIGCONT');
        daemon.kill('SIGTERM');
        await Promise.race([end, sleep(20_000, undefined, { ref: false })]);
        if (!hasEnded()) daemon.kill('SIGKILL');
        await end;
      }
      await endShims(folder);
      if (hasBridge) await execute('ip', ['link', 'delete', bridge]);
      await removeFolder(folder);
    },
  };
}

/** Ends shims of containers: an engine that was killed forgets those of containers that ended meanwhile. */
async function endShims(folder: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    if (!command.includes('containerd-shim') || !command.includes(`${folder}/`)) continue;
    process.kill(Number(pid), 'SIGKILL');
  }
}
