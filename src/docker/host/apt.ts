import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { commandWorks, HOST_LOCALE, runCommand, type CommandResult } from './command.ts';
import { pathExists } from './path-exists.ts';

const APT_GET = '/usr/bin/apt-get';

/** Longest time to wait for another package manager of this host. */
const PATIENCE_SECONDS = 600;
const ASK_AGAIN_MS = 1000;
/** apt-get waits for dpkg's lock by itself (since apt 1.9.11), but not for those of its lists and archives. */
const LOCKED = /could not get lock|unable to (acquire|lock)|could not open lock file/i;
const MOST_OUTPUT_BYTES = 8192;

interface AptOptions {
  readonly aptGet: string;
  /** File that its output is added to. */
  readonly log: string;
  readonly progress: (line: string) => void;
}

/** Checks for apt: true on Debian and its derivatives. */
export async function hasApt(): Promise<boolean> {
  return pathExists(APT_GET);
}

/** Checks that every package is unpacked and configured; false for packages that are being installed. */
export async function packagesInstalled(packages: readonly string[]): Promise<boolean> {
  if (!(await commandWorks('dpkg-query', '--version'))) return false;
  const asked = await runCommand('dpkg-query', ['-W', '-f', '${db:Status-Status}\\n', ...packages]);
  return asked.ok && asked.output.split('\n').every((status) => status === 'installed');
}

/**
 * Installs packages of the distribution, and reports each step before it. The package lists are fetched when
 * the first attempt fails, since missing or old lists are the usual reason. Waits for others that use apt.
 */
export async function installWithApt(
  packages: readonly string[],
  options: AptOptions,
): Promise<CommandResult> {
  const { progress } = options;
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  progress(`installing ${packages.join(', ')}: apt-get ${install.join(' ')}`);
  const first = await aptGet(install, options);
  if (first.ok) return first;
  progress('fetching the lists of packages: apt-get update');
  const update = await aptGet(['update'], options);
  if (!update.ok) return update;
  progress(`installing ${packages.join(', ')}`);
  return aptGet(install, options);
}

async function aptGet(args: readonly string[], options: AptOptions): Promise<CommandResult> {
  const deadline = performance.now() + PATIENCE_SECONDS * 1000;
  let reported = false;
  for (;;) {
    const result = await toItsEnd(args, options);
    if (result.ok || !LOCKED.test(result.output) || performance.now() > deadline) return result;
    if (!reported) options.progress('waiting: another package manager is at work on this machine');
    reported = true;
    await sleep(ASK_AGAIN_MS);
  }
}

/**
 * Runs apt-get so that it finishes even if this process ends: in its own session, writing to a file. With a pipe it
 * would die of SIGPIPE in the middle of dpkg's work.
 */
async function toItsEnd(
  args: readonly string[],
  { aptGet: program, log }: AptOptions,
): Promise<CommandResult> {
  await using file = await open(log, 'a+', 0o600);
  const begin = (await file.stat()).size;
  const all = ['-o', `DPkg::Lock::Timeout=${PATIENCE_SECONDS}`, ...args];
  const child = spawn(program, all, {
    detached: true,
    stdio: ['ignore', file.fd, file.fd],
    env: { ...process.env, ...HOST_LOCALE, DEBIAN_FRONTEND: 'noninteractive' },
  });
  const [code, killed] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  const output = await textFrom(file, begin);
  if (code === 0) return { ok: true, output };
  return { ok: false, message: `apt-get ${args[0]} ended with ${killed ?? `code ${code}`}`, output };
}

/** Reads the end of what was written after `begin`. */
async function textFrom(file: FileHandle, begin: number): Promise<string> {
  const { size } = await file.stat();
  const from = Math.max(begin, size - MOST_OUTPUT_BYTES);
  const buffer = new Uint8Array(size - from);
  const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
  return new TextDecoder().decode(buffer.subarray(0, bytesRead)).trimEnd();
}
