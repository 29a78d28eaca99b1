import { refuse, type Result } from '../domain/result.ts';

const MOST_BYTES = 512 * 1024 * 1024;
const SHOWN = 400;

/**
 * Environment that keeps git from asking for a password, running a helper that an address names, or following
 * replaced commits.
 */
export const GIT_ENV = {
  LC_ALL: 'C.UTF-8',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
} as const;

/** Options that override settings of a repository which would change what git prints, or run programs. */
export const PLAIN = [
  '-c',
  'log.showSignature=false',
  '-c',
  'core.fsmonitor=false',
  '-c',
  'core.hooksPath=/dev/null',
];

export interface GitUse {
  readonly input?: string;
  readonly signal: AbortSignal;
}

/** Runs git to its end and returns what it printed, as text. A failure is a value, with git's own words. */
export async function runGit(args: readonly string[], use: GitUse): Promise<Result<string>> {
  const printed = await readGit(args, use);
  return printed.ok ? { ok: true, value: new TextDecoder().decode(printed.value) } : printed;
}

/** Runs git to its end and returns bytes: for files, which may be in any encoding. */
export async function readGit(
  args: readonly string[],
  { input, signal }: GitUse,
): Promise<Result<Uint8Array>> {
  signal.throwIfAborted();
  // Loaded with the first call: execa is a hundred modules, and most runs read no repository.
  const { execa } = await import('execa');
  const ended = await execa('git', [...PLAIN, ...args], {
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
    env: GIT_ENV,
    encoding: 'buffer',
    stripFinalNewline: false,
    maxBuffer: MOST_BYTES,
    reject: false,
    cancelSignal: signal,
  });
  signal.throwIfAborted();
  if (ended.code === 'ENOENT')
    return refuse('commits are read by git, and there is none here: install it with the package manager');
  if (ended.failed) {
    const said = new TextDecoder()
      .decode(ended.stderr)
      .trim()
      .replace(/^(fatal|error): /gm, '');
    return refuse(said.slice(0, SHOWN) || `git ended with ${ended.exitCode ?? ended.signal ?? 'an error'}`);
  }
  return { ok: true, value: ended.stdout };
}
