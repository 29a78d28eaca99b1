import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { pathOf } from '../harness.ts';
import { WORKER_TOKEN } from './fleet.ts';

/** A `matrix worker`, as it is run on a host. */
export interface RealWorker extends AsyncDisposable {
  readonly pid: number;
  /** The line that it writes when it measures; rejects where it ends before. */
  readonly ready: Promise<string>;
  readonly exit: Promise<number | string>;
  /** Everything on stderr so far. */
  log(): string;
  kill(signal: NodeJS.Signals): void;
}

export interface RealWorkerOptions {
  readonly redis: string;
  readonly server: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** The program. */
  readonly main?: string;
}

/** Starts `matrix worker` as a process. */
export function realWorker({ redis, server, args = [], env = {}, main }: RealWorkerOptions): RealWorker {
  const program = main ?? pathOf('src/bin/matrix.ts');
  const child = spawn(
    process.execPath,
    [
      '--disable-warning=ExperimentalWarning',
      program,
      'worker',
      '--redis',
      redis,
      '--server',
      server,
      ...args,
    ],
    {
      cwd: pathOf(''),
      env: { ...process.env, MATRIX_WORKER_TOKEN: WORKER_TOKEN, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const line = once(createInterface({ input: child.stdout }), 'line').then(([text]) => String(text));
  const ready = Promise.race([
    line,
    exit.then(() => Promise.reject(new Error(`the worker ended at once:\n${log}`))),
  ]);
  // Who waits for its end does not want to know.
  ready.catch(() => undefined);
  return {
    pid: child.pid ?? 0,
    ready,
    exit,
    log: () => log,
    kill: (signal) => void child.kill(signal),
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exit;
    },
  };
}
