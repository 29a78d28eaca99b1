import type { Done } from '../../domain/result.ts';

/** How a command of the host ended; `output` is the end of what it wrote, both streams. */
export type CommandResult = Done & { readonly output: string };

export interface CommandOptions {
  /** Called with every line of its output. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

const KEPT_LINES = 40;
/** Time that a program has to end after SIGTERM. */
const GRACE_MS = 5000;

/** Locale of programs whose output is parsed: English. */
export const HOST_LOCALE = { LC_ALL: 'C.UTF-8' } as const;

/**
 * Runs a program of the host to its end; no shell is involved. A failure is a value. An abort asks the
 * program and everything it started to end (SIGTERM, after five seconds SIGKILL), waits for that, and rejects
 * with the signal's reason. Only for programs that may be ended: changes of the host go through HostSetup.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  { onLine, signal, env }: CommandOptions = {},
): Promise<CommandResult> {
  signal?.throwIfAborted();
  // Most commands of ours run no program of the host.
  const { execa } = await import('execa');
  const child = execa(program, args, {
    stdin: 'ignore',
    all: true,
    buffer: false,
    reject: false,
    // In its own process group: a Ctrl-C in the terminal reaches this process only.
    killDescendants: true,
    forceKillAfterDelay: GRACE_MS,
    ...(signal ? { cancelSignal: signal } : {}),
    env: { ...HOST_LOCALE, ...env },
  });
  const kept: string[] = [];
  for await (const line of child.iterable({ from: 'all' })) {
    onLine?.(line);
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
  }
  const result = await child;
  signal?.throwIfAborted();
  const output = kept.join('\n');
  return result.failed ? { ok: false, message: `${program} ${endOf(result)}`, output } : { ok: true, output };
}

/** Checks that a program exists and runs with these arguments. */
export async function commandWorks(program: string, ...args: readonly string[]): Promise<boolean> {
  return (await runCommand(program, args)).ok;
}

/** Tells whether this process may do anything on this machine. */
export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

/** Describes how a failed program ended, to follow its name. */
function endOf(result: {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly originalMessage?: string | undefined;
}): string {
  if (result.signal !== undefined) return `ended with ${result.signal}`;
  if (result.exitCode !== undefined) return `ended with code ${result.exitCode}`;
  return `could not be run: ${result.originalMessage ?? 'the system gives no reason'}`;
}
