import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { RunEvent } from '../src/domain/run/event.ts';
import type { RunRecord } from '../src/domain/run/record.ts';

const MAIN = fileURLToPath(new URL('../src/bin/matrix.ts', import.meta.url));
export const TOKEN = 'a-token-for-tests-0123456789';
export const AUTH = { Authorization: `Bearer ${TOKEN}` };

/** A loop that is clean within a second or two, and one that first takes its time. */
export const QUICK = '1000.times { Object.new }\n';
export const SLOW = `sleep 6\n${QUICK}`;

export interface ServeProcess extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /** Everything on stderr so far. */
  log(): string;
  kill(signal: NodeJS.Signals): void;
  /** Exit code, or the signal's name. */
  readonly exit: Promise<number | string>;
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Starts a run of one ruby and gives its record. */
  submit(script: string, headers?: Record<string, string>): Promise<RunRecord>;
  run(id: string): Promise<RunRecord & { readonly attempts: number; readonly cached: boolean }>;
  finished(id: string, withinSeconds?: number): Promise<RunRecord & { readonly attempts: number }>;
}

/** Makes a folder for results that outlives the processes of a test. */
export async function resultsFolder(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'matrix-serve-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

/** Starts `matrix serve` as a separate process, on a free port; `main` is the program. */
export async function serve(
  results: string,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  main = MAIN,
): Promise<ServeProcess> {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', main, 'serve', '--port', '0', '--results', results, ...args],
    { env: { ...process.env, MATRIX_TOKEN: TOKEN, ...env }, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  const exit = once(child, 'exit').then(([code, signal]) => (code ?? signal) as number | string);
  const url = await listening(child, exit, () => log);
  const request = (path: string, init: RequestInit = {}): Promise<Response> => fetch(`${url}${path}`, init);
  const run = async (id: string) =>
    (await (await request(`/runs/${id}`)).json()) as RunRecord & { attempts: number; cached: boolean };
  return {
    url,
    port: Number(new URL(url).port),
    pid: child.pid ?? 0,
    log: () => log,
    kill: (signal) => void child.kill(signal),
    exit,
    request,
    run,
    async submit(script, headers = {}) {
      const answer = await request('/runs?ruby=3.1.2', {
        method: 'POST',
        body: script,
        headers: { ...AUTH, 'Content-Type': 'text/x-ruby', 'Cache-Control': 'no-cache', ...headers },
      });
      if (!answer.ok) throw new Error(await answer.text());
      return (await answer.json()) as RunRecord;
    },
    async finished(id, withinSeconds = 80) {
      for (let tries = 0; tries < withinSeconds * 5; tries += 1) {
        const record = await run(id);
        if (record.finishedAt !== null) return record;
        await sleep(200);
      }
      throw new Error(`${id} does not end:\n${log}`);
    },
    async [Symbol.asyncDispose]() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL');
      await exit;
    },
  };
}

async function listening(child: ChildProcess, exit: Promise<unknown>, log: () => string): Promise<string> {
  if (child.stdout === null) throw new Error('no stdout');
  const lines = createInterface({ input: child.stdout });
  const [line] = (await Promise.race([
    once(lines, 'line'),
    exit.then(() => Promise.reject(new Error(`the service ended at once:\n${log()}`))),
  ])) as [string];
  return line.replace('listening on ', '');
}

export type SentEvent = RunEvent & { readonly id: number };

/** Reads events as they come, one JSON object per line, until the stream ends. */
export async function* eventsOf(answer: Response): AsyncGenerator<SentEvent> {
  if (answer.body === null) return;
  for await (const line of createInterface({ input: Readable.fromWeb(answer.body) })) {
    if (line.trim() !== '') yield JSON.parse(line) as SentEvent;
  }
}
