import { Option, type Command } from 'commander';
import type { ExitCode } from '../../usecases/command-error.ts';
import type { ServeOptions } from '../commands/serve.ts';
import { seconds, wholeNumber } from '../options/option-values.ts';
import { runtime } from '../options/common-options.ts';
import type { MainDeps } from './serve-deps.ts';

const DEFAULTS = { port: 7070, maxWaiting: 64, keepDays: 90, keepGib: 10, drain: 30, rate: 120 };
const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

/** Adds `matrix serve` and its options to the command line. */
export function addServe(root: Command, deps: MainDeps, finish: (code: ExitCode) => void): void {
  const most = wholeNumber(1_000_000);
  root
    .command('serve')
    .description('start the HTTP service: POST /runs, live events, pages; /docs describes it')
    .addOption(
      new Option('--port <n>', 'port to listen on; 0: any free one')
        .argParser(portNumber)
        .default(DEFAULTS.port),
    )
    .addOption(new Option('--host <host>', 'address to listen on').default('127.0.0.1'))
    .addOption(new Option('--results <dir>', 'folder that keeps the runs').default('results'))
    .option('--config <file>', 'the matrix (default: matrix.yaml here, else the built-in)')
    .addOption(runtime())
    .option('--token-file <file>', 'tokens, one on a line, or NAME TOKEN (also: MATRIX_TOKEN)')
    .option(
      '--private',
      'reading needs a token, too: pages, records, events, metrics (also: MATRIX_PRIVATE=1)',
    )
    .option('--public-url <url>', 'address that clients see when a proxy stands in front')
    .option(
      '--redis <url>',
      'have workers on other hosts measure: Redis that carries the work (also: MATRIX_REDIS)',
    )
    .option('--worker-token-file <file>', 'with --redis: tokens of workers, one on a line, or NAME TOKEN')
    .addOption(new Option('--jobs <n>', 'rubies measured at the same time').argParser(wholeNumber(256)))
    .addOption(
      new Option('--max-waiting <n>', 'runs that may wait in the queue')
        .argParser(most)
        .default(DEFAULTS.maxWaiting),
    )
    .addOption(new Option('--rate <n>', 'writes a minute, per token').argParser(most).default(DEFAULTS.rate))
    .addOption(
      new Option('--keep-days <n>', 'remove runs that are older').argParser(most).default(DEFAULTS.keepDays),
    )
    .addOption(
      new Option('--keep-gib <n>', 'remove the oldest runs when all of them take more')
        .argParser(most)
        .default(DEFAULTS.keepGib),
    )
    .addOption(
      new Option('--drain <seconds>', 'time that running cells have to finish on shutdown')
        .argParser(seconds)
        .default(DEFAULTS.drain),
    )
    .addOption(
      new Option('--log-level <level>', 'least level that is logged on stderr')
        .choices(LEVELS)
        .default('info'),
    )
    .action(async (options: ServeOptions) =>
      finish(await (await import('../commands/serve.ts')).serveCommand(options, deps)),
    );
}

/** Parses a port; 0 leaves the choice to the system. */
function portNumber(value: string): number {
  return value === '0' ? 0 : wholeNumber(65_535)(value);
}
