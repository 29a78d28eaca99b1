import { createHash } from 'node:crypto';
import { mkdir, rm, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { refuse, type Result } from '../domain/result.ts';
import type { Repository } from '../engine/ports.ts';
import { readHistory } from './history.ts';
import { gemFolder } from './gem-folder.ts';
import { rubyVersions } from './ruby-versions.ts';
import { runGit } from './run-git.ts';

export interface OpenOptions {
  /** Folder for clones of repositories that are named by their address. */
  readonly clonesFolder: string;
  readonly say: (line: string) => void;
  readonly signal: AbortSignal;
}

/** An address, and not a path: `https://…`, `ssh://…`, `git@host:path`. */
const ADDRESS = /^([a-z][a-z+.-]*:\/\/|[\w.-]+@[\w.-]+:)/i;

/** Opens a repository of this machine, or clones one once; an address is fetched from every time. */
export async function openRepository(source: string, options: OpenOptions): Promise<Result<Repository>> {
  const { signal } = options;
  const found = ADDRESS.test(source) ? await cloneOf(source, options) : await localFolder(source, signal);
  if (!found.ok) return found;
  const path = found.value;
  return {
    ok: true,
    value: {
      path,
      history: (ends) => readHistory(path, ends, signal),
      rubyVersions: (hashes) => rubyVersions(path, hashes, signal),
      gemFolder: (hash, gem) => gemFolder(path, hash, gem, signal),
    },
  };
}

async function localFolder(source: string, signal: AbortSignal): Promise<Result<string>> {
  const folder = resolve(source.replace(/^~(?=\/)/, homedir()));
  const isThere = await stat(folder).then(
    (one) => one.isDirectory(),
    () => false,
  );
  if (!isThere) return refuse(`--source ${source}: there is no such folder`);
  const found = await runGit(['-C', folder, 'rev-parse', '--absolute-git-dir'], { signal });
  return found.ok
    ? { ok: true, value: found.value.trimEnd() }
    : refuse(`--source ${source}: ${found.message}`);
}

async function cloneOf(source: string, { clonesFolder, say, signal }: OpenOptions): Promise<Result<string>> {
  const name = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const folder = join(clonesFolder, `${name}.git`);
  const shown = withoutLogin(source);
  const isThere = (await runGit(['--git-dir', folder, 'rev-parse', '--git-dir'], { signal })).ok;
  if (isThere) {
    say(`fetching what is new in ${shown}`);
    const fetched = await runGit(
      ['--git-dir', folder, 'fetch', '--quiet', '--prune', '--tags', 'origin', '+refs/heads/*:refs/heads/*'],
      { signal },
    );
    // The existing clone may be enough: names that it lacks are refused later.
    if (!fetched.ok) say(`${shown} does not answer (${fetched.message}): its commits as of the last time`);
    return { ok: true, value: folder };
  }
  say(`cloning ${shown}`);
  await mkdir(clonesFolder, { recursive: true });
  await rm(folder, { recursive: true, force: true });
  const cloned = await runGit(['clone', '--quiet', '--bare', '--', source, folder], { signal });
  if (cloned.ok) return { ok: true, value: folder };
  await rm(folder, { recursive: true, force: true });
  return refuse(`--source ${shown}: it cannot be cloned: ${cloned.message.replaceAll(source, shown)}`);
}

/** Removes the login from an address. */
const withoutLogin = (source: string): string => source.replace(/(?<=:\/\/)[^/@]*@/, '');
