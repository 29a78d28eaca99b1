import { access } from 'node:fs/promises';
import { runCommand } from './command.ts';
import type { CommandResult } from './command.ts';

const UNATTENDED = { DEBIAN_FRONTEND: 'noninteractive' };
const APT_GET = '/usr/bin/apt-get';

/** True on Debian and what is made of it. */
export async function hasApt(): Promise<boolean> {
  return access(APT_GET).then(
    () => true,
    () => false,
  );
}

/**
 * Installs packages of the distribution, saying each step before it is done. The package lists are fetched
 * when the first attempt fails: missing or old lists are the usual reason.
 */
export async function installPackages(
  packages: readonly string[],
  log: (line: string) => void,
  signal?: AbortSignal,
): Promise<CommandResult> {
  const options = { env: UNATTENDED, ...(signal ? { signal } : {}) };
  const install = ['install', '-y', '--no-install-recommends', ...packages];
  log(`installing ${packages.join(', ')}: apt-get ${install.join(' ')}`);
  const first = await runCommand(APT_GET, install, options);
  if (first.ok) return first;
  log('fetching the lists of packages: apt-get update');
  const update = await runCommand(APT_GET, ['update'], options);
  if (!update.ok) return update;
  log(`installing ${packages.join(', ')}`);
  return runCommand(APT_GET, install, options);
}
