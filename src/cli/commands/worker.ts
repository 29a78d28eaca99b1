import { availableParallelism } from 'node:os';
import { CommandError, EXIT, type ExitCode } from '../../usecases/command-error.ts';
import { matrixOf } from '../../usecases/config.ts';
import { onInterrupt } from '../../usecases/interrupt.ts';
import { redisAddress } from '../serve/redis-address.ts';
import { serverAddress } from '../serve/server-address.ts';
import type { MainDeps } from '../serve/serve-deps.ts';
import { readTokens, secretIn } from '../serve/serve-tokens.ts';

export interface WorkerOptions {
  readonly redis?: string;
  readonly server: string;
  readonly tokenFile?: string;
  readonly jobs?: number;
  readonly labels?: string;
  readonly name?: string;
  readonly config?: string;
  readonly drain: number;
  readonly logLevel: string;
}

/** Runs `matrix worker`: measures for a service, until a signal stops it. */
export async function workerCommand(options: WorkerOptions, deps: MainDeps): Promise<ExitCode> {
  const { stderr, stdout, env } = deps.streams;
  const say = (line: string): void => void stderr.write(`matrix: ${line}\n`);
  const redis = options.redis ?? env['MATRIX_REDIS'] ?? '';
  if (redis === '') throw new CommandError('--redis URL (or MATRIX_REDIS) is needed: that of the service');
  const request = {
    redis: redisAddress(redis),
    server: serverAddress(options.server),
    token: await tokenOf(env['MATRIX_WORKER_TOKEN'], options.tokenFile),
    name: options.name === undefined ? null : nameOf(options.name),
    labels: labelsOf(options.labels ?? ''),
    jobs: options.jobs ?? availableParallelism(),
    drainSeconds: options.drain,
    logLevel: options.logLevel,
    matrix: await matrixOf(deps, options.config),
  };
  using interrupt = onInterrupt(
    () => say(`stopping: what is measured may end within ${options.drain} s, the rest goes to other workers`),
    () => process.exit(EXIT.interrupted),
  );
  await deps.work(request, (line) => void stdout.write(`${line}\n`), interrupt.signal);
  return EXIT.ok;
}

async function tokenOf(env: string | undefined, path: string | undefined): Promise<string> {
  if (path === undefined && (env ?? '') === '')
    throw new CommandError(
      '--token-file FILE (or MATRIX_WORKER_TOKEN) is needed: one of --worker-token-file there',
    );
  const given = path === undefined ? secretIn(env) : undefined;
  const token = given ?? (await readTokens(path ?? ''))[0]?.secret;
  return token ?? '';
}

const NAME = /^[\w.-]{1,64}$/;

function nameOf(text: string): string {
  if (NAME.test(text)) return text;
  throw new CommandError(`--name ${text}: expected letters, digits, dots and dashes, 64 at most`);
}

function labelsOf(text: string): Readonly<Record<string, string>> {
  const pairs = text.split(',').filter((pair) => pair.trim() !== '');
  return Object.fromEntries(
    pairs.map((pair) => {
      const [name = '', ...rest] = pair.trim().split('=');
      const value = rest.join('=');
      if (NAME.test(name) && value !== '' && value.length <= 200) return [name, value];
      throw new CommandError(`--labels ${pair.trim()}: expected NAME=VALUE, such as arch=arm64`);
    }),
  );
}
