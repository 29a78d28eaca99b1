import { Option, type Command } from 'commander';
import type { ExitCode } from '../../usecases/command-error.ts';
import type { WorkerOptions } from '../commands/worker.ts';
import { seconds, wholeNumber } from '../options/option-values.ts';
import type { MainDeps } from './serve-deps.ts';

const LEVELS = ['debug', 'info', 'warn', 'error', 'silent'];

/** Adds `matrix worker` and its options to the command line. */
export function addWorker(root: Command, deps: MainDeps, finish: (code: ExitCode) => void): void {
  root
    .command('worker')
    .description('measure on this host for a service that was started with --redis')
    .option('--redis <url>', 'Redis or Valkey that carries the work (also: MATRIX_REDIS)')
    .requiredOption('--server <url>', 'address of the service')
    .option('--token-file <file>', 'token of this worker (also: MATRIX_WORKER_TOKEN)')
    .addOption(
      new Option('--jobs <n>', 'cells measured at the same time (default: one per processor)').argParser(
        wholeNumber(256),
      ),
    )
    .option('--labels <labels>', 'what to show of this worker: arch=arm64,rack=b2')
    .option('--name <name>', 'its name in logs and on pages (default: that of the host)')
    .option('--config <file>', 'the matrix (default: matrix.yaml here, else the built-in)')
    .addOption(
      new Option('--drain <seconds>', 'time that running cells have to finish on shutdown')
        .argParser(seconds)
        .default(30),
    )
    .addOption(
      new Option('--log-level <level>', 'least level that is logged on stderr')
        .choices(LEVELS)
        .default('info'),
    )
    .action(async (options: WorkerOptions) =>
      finish(await (await import('../commands/worker.ts')).workerCommand(options, deps)),
    );
}
