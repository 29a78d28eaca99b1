import { isIP } from 'node:net';
import { availableParallelism } from 'node:os';
import { CommandError, EXIT, type ExitCode } from '../../usecases/command-error.ts';
import { matrixOf, withRuntime } from '../../usecases/config.ts';
import { onInterrupt } from '../../usecases/interrupt.ts';
import { resultsFolder } from '../../usecases/results-folder.ts';
import type { MainDeps } from '../serve/serve-deps.ts';
import { redisAddress } from '../serve/redis-address.ts';
import { serveTokens, workerTokens } from '../serve/serve-tokens.ts';

export interface ServeOptions {
  readonly port: number;
  readonly host: string;
  readonly results: string;
  readonly config?: string;
  readonly runtime?: string;
  readonly tokenFile?: string;
  readonly private?: boolean;
  readonly publicUrl?: string;
  readonly jobs?: number;
  readonly maxWaiting: number;
  readonly rate: number;
  readonly keepDays: number;
  readonly keepGib: number;
  readonly drain: number;
  readonly logLevel: string;
  readonly redis?: string;
  readonly workerTokenFile?: string;
}

/** Runs `matrix serve`: the HTTP service, until a signal stops it. */
export async function serveCommand(options: ServeOptions, deps: MainDeps): Promise<ExitCode> {
  const { stderr, stdout, env } = deps.streams;
  const say = (line: string): void => void stderr.write(`matrix: ${line}\n`);
  const matrix = withRuntime(await matrixOf(deps, options.config), options.runtime);
  const publicUrl = options.publicUrl === undefined ? null : publicUrlOf(options.publicUrl);
  const redis = options.redis ?? env['MATRIX_REDIS'] ?? '';
  const { tokens, made, warnings } = await serveTokens(env['MATRIX_TOKEN'], options.tokenFile);
  const { host, port, drain: drainSeconds, keepDays, keepGib, logLevel } = options;
  const isPublic = !isLoopback(host);
  const isPrivate = options.private ?? !OFF.has(env['MATRIX_PRIVATE'] ?? '');
  for (const warning of warnings) say(warning);
  if (isPublic && publicUrl?.protocol !== 'https:') {
    say(
      `listening on ${host}, without TLS: tokens and scripts travel in the clear. Put a proxy with TLS in front`,
    );
    say('and name its address: --public-url https://…, or listen on 127.0.0.1');
  }
  if (!isPrivate && (isPublic || publicUrl !== null)) {
    say('EVERYBODY WHO REACHES THIS ADDRESS CAN READ EVERY RUN: scripts, what they print, verdicts.');
    say('With --private (or MATRIX_PRIVATE=1) reading needs a token, too');
  }
  using interrupt = onInterrupt(
    () =>
      say(`stopping: what is measured may end within ${drainSeconds} s, the rest waits for the next start`),
    () => process.exit(EXIT.interrupted),
  );
  const request = {
    host,
    port,
    matrix,
    tokens,
    publicUrl,
    isPublic,
    isPrivate,
    keepDays,
    keepGib,
    drainSeconds,
    logLevel,
    redis: redis === '' ? null : redisAddress(redis),
    workerTokens: redis === '' ? [] : await workerTokens(options.workerTokenFile, tokens),
    resultsFolder: await resultsFolder(options.results),
    jobs: options.jobs ?? matrix.defaults.jobs ?? availableParallelism(),
    waitingRuns: options.maxWaiting,
    writesPerMinute: options.rate,
  };
  const listening = (url: string): void => {
    if (made !== null)
      say(`no MATRIX_TOKEN and no --token-file: this token was made for now\n\n    ${made}\n`);
    stdout.write(`listening on ${url}\n`);
  };
  try {
    await deps.serve(request, listening, interrupt.signal);
  } catch (error) {
    throw listenProblem(error, host, port);
  }
  return EXIT.ok;
}

/**
 * Values of MATRIX_PRIVATE that switch it off. Any other means that reading needs a token, so that a typing
 * mistake exposes nothing.
 */
const OFF = new Set(['', '0', 'false', 'no', 'off']);

function publicUrlOf(text: string): URL {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol) && url.pathname === '/' && url.search === '') return url;
  throw new CommandError(
    `--public-url ${text}: expected an address without a path, such as https://matrix.example`,
  );
}

function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}

const LISTEN_PROBLEMS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'something else listens there: choose another --port',
  EACCES: 'ports below 1024 need a privilege: choose another --port, and let a proxy listen there',
  EADDRNOTAVAIL: 'this machine has no such address: choose another --host',
  ENOTFOUND: 'there is no such name: choose another --host',
};

function listenProblem(error: unknown, host: string, port: number): unknown {
  const { syscall, code } = error as { readonly syscall?: string; readonly code?: string };
  const problem = syscall === 'listen' || syscall === 'getaddrinfo' ? LISTEN_PROBLEMS[code ?? ''] : undefined;
  return problem === undefined ? error : new CommandError(`cannot listen on ${host}:${port}: ${problem}`);
}
