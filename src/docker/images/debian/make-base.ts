import { mkdir, mkdtemp, readdir, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Done } from '../../../domain/result.ts';
import { hasApt, packagesInstalled } from '../../host/apt.ts';
import { commandWorks, isRoot, runCommand, type CommandResult } from '../../host/command.ts';
import type { SourceContext } from '../base/source-context.ts';
import { importFolder } from './import-folder.ts';
import { recipeOf } from './recipe.ts';
import { removeFolder } from './remove-folder.ts';
import { writeRubyPackages } from './ruby-packages.ts';

/** Debian packages with which bases are made: debootstrap, and the keys it checks signatures by. */
const TOOLS = ['debootstrap', 'debian-archive-keyring'] as const;

/** Characters that mkdtemp adds to a name. */
const MADE_UP = 6;

const NO_ROOM =
  'no room on the disk for a base (it takes 700 MB while it is made): set TMPDIR to a larger disk';
/** Free space below which a base fails for lack of room. */
const LEAST_FREE_BYTES = 100e6;

const DEBIAN_ARCH: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

/**
 * Makes a base from Debian packages and imports it into the engine. Takes about half a minute. No other
 * process of this host may make one of the suite meanwhile: existing folders are leftovers, and are removed.
 */
export async function makeBase(suite: string, context: SourceContext): Promise<Done> {
  const { docker, progress, signal, scratchFolder } = context;
  const recipe = recipeOf(suite);
  const prefix = `matrix-base-${suite}-`;
  await removeLeftFolders(scratchFolder, prefix);
  const folder = await mkdtemp(join(scratchFolder, prefix)).catch((error: Error) => error);
  if (folder instanceof Error) {
    const message = `nothing can be written in the folder for temporary files (${folder.message}): set TMPDIR to another`;
    return { ok: false, message };
  }
  try {
    progress(`making a base from Debian's packages (${suite}, about a minute)`);
    // Without it, on a full disk say, a base takes longer, and debootstrap reports what is wrong.
    await skipSyncs(folder).catch(() => {});
    const onLine = milestones(suite, progress);
    const options = { onLine, signal };
    const result = await runCommand('debootstrap', [...recipe.options, suite, folder], options);
    if (!result.ok) {
      return {
        ok: false,
        message: (await isFull(folder)) ? NO_ROOM : describeBootstrapError(suite, folder, result),
      };
    }
    await writeRubyPackages(folder);
    progress(`debian ${suite}: importing`);
    return await importFolder(docker, folder, recipe, signal);
  } finally {
    await removeFolder(folder);
  }
}

/**
 * Keeps dpkg from waiting for the disk after every file, a sixth of a base's time: one that is not whole is made again. It
 * is so in the base, too, where packages are added.
 */
async function skipSyncs(folder: string): Promise<void> {
  const settings = join(folder, 'etc/dpkg/dpkg.cfg.d');
  await mkdir(settings, { recursive: true });
  await writeFile(join(settings, 'matrix'), 'force-unsafe-io\n');
}

async function removeLeftFolders(scratchFolder: string, prefix: string): Promise<void> {
  for (const name of await readdir(scratchFolder).catch(() => []))
    if (name.startsWith(prefix) && name.length === prefix.length + MADE_UP)
      await removeFolder(join(scratchFolder, name));
}

/** Explains why no base can be made here, or returns null. Installs debootstrap where it may. */
export async function whyNoBase({ arch, setup, progress, signal }: SourceContext): Promise<string | null> {
  const here = DEBIAN_ARCH[process.arch];
  if (here !== arch)
    return `the engine runs on ${arch}, and a base made here would be for ${here ?? process.arch}`;
  if (!isRoot())
    return "making a base from Debian's packages needs root: run this once as root, or with sudo";
  if (!(await hasApt())) {
    return (await commandWorks('debootstrap', '--version'))
      ? null
      : 'debootstrap is not installed: install it with the package manager of this system';
  }
  // Running debootstrap proves nothing: it is unpacked before the keys it needs.
  if (await packagesInstalled(TOOLS)) return null;
  const missing = async (): Promise<boolean> => !(await packagesInstalled(TOOLS));
  const installed = await setup.install(TOOLS, missing, { progress, signal });
  if (installed.ok) return null;
  return `debootstrap could not be installed: ${installed.message}\n${installed.output}`;
}

/** Reports the stages of debootstrap, which writes a line per package. */
function milestones(suite: string, progress: (line: string) => void): (line: string) => void {
  const stages: readonly [RegExp, string][] = [
    [/^I: Retrieving \S+ [\d.]/, 'downloading packages'],
    [/^I: Extracting /, 'unpacking'],
    [/^I: Configuring /, 'configuring'],
  ];
  let reported = -1;
  return (line) => {
    const stage = stages.findIndex(([pattern]) => pattern.test(line));
    if (stage <= reported) return;
    reported = stage;
    progress(`debian ${suite}: ${stages[stage]?.[1]}`);
  };
}

/** Checks whether the disk is full: debootstrap reports only "tar failed". */
async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < LEAST_FREE_BYTES;
}

function describeBootstrapError(
  suite: string,
  folder: string,
  result: CommandResult & { ok: false },
): string {
  const output = result.output.replaceAll(folder, suite);
  if (/No such script/.test(output)) {
    return `the debootstrap of this system is too old to know ${suite}: install a newer one`;
  }
  if (/noexec or nodev/.test(output)) {
    return 'the folder for temporary files is mounted noexec or nodev: set TMPDIR to one that is not';
  }
  if (/No space left/i.test(output)) return NO_ROOM;
  return `${result.message}\n${output.split('\n').slice(-8).join('\n')}`;
}
