import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** How a command of the host ended; `output` is the end of what it wrote, both streams. */
export type CommandResult =
  | { readonly ok: true; readonly output: string }
  | { readonly ok: false; readonly message: string; readonly output: string };

export interface CommandOptions {
  /** Called with every line of its output. */
  readonly onLine?: (line: string) => void;
  readonly signal?: AbortSignal;
  readonly env?: Readonly<Record<string, string>>;
}

const KEPT_LINES = 40;

/**
 * Runs a program of the host to its end; no shell is involved. A failure is a value. An abort ends the
 * program and everything it started, and rejects with the signal's reason.
 */
export async function runCommand(
  program: string,
  args: readonly string[],
  { onLine, signal, env }: CommandOptions = {},
): Promise<CommandResult> {
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A group of its own, so that its children can be ended with it.
    detached: true,
    env: { ...process.env, LC_ALL: 'C.UTF-8', ...env },
  });
  const end = Promise.withResolvers<string | null>();
  child.on('error', (error) => end.resolve(error.message));
  child.on('close', (code, killed) =>
    end.resolve(code === 0 ? null : `ended with ${killed ?? `code ${code}`}`),
  );
  const onAbort = (): void => endGroup(child.pid);
  signal?.addEventListener('abort', onAbort, { once: true });
  const kept: string[] = [];
  const keep = (line: string): void => {
    onLine?.(line);
    kept.push(line);
    if (kept.length > KEPT_LINES) kept.shift();
  };
  const failure = await Promise.all([
    end.promise,
    readLines(child.stdout, keep),
    readLines(child.stderr, keep),
  ]);
  signal?.removeEventListener('abort', onAbort);
  signal?.throwIfAborted();
  const output = kept.join('\n');
  return failure[0] === null
    ? { ok: true, output }
    : { ok: false, message: `${program} ${failure[0]}`, output };
}

/** True when a program of that name is there and runs with these arguments. */
export async function commandWorks(program: string, ...args: readonly string[]): Promise<boolean> {
  return (await runCommand(program, args)).ok;
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It ended in the meantime.
  }
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) onLine(line);
}
