import { Command, Option } from 'commander';
import type { ExitCode } from '../usecases/command-error.ts';
import { config, format, noColor, out, quiet, results, ruby, runtime } from './options/common-options.ts';
import { addBisectCommand, addRunCommands } from './run-program.ts';
import type { MainDeps } from './serve/serve-deps.ts';
import { addServe } from './serve/serve-program.ts';
import { addWorker } from './serve/worker-program.ts';

/**
 * Builds the command line. The code of a command is loaded when it is called, so that `--help` is fast. Each
 * command passes its exit code to `finish`; commander throws usage errors.
 * @param scriptArgs what was given after `--`: the script's ARGV
 */
export function program(
  deps: MainDeps,
  scriptArgs: readonly string[],
  finish: (code: ExitCode) => void,
): Command {
  const root = new Command('matrix')
    .description('A leak test for Ruby across Ruby versions.')
    .version(deps.version)
    .helpCommand(true)
    .showHelpAfterError('(matrix help shows how to use it)');

  addRunCommands(root, scriptArgs, deps, finish);
  addBisectCommand(root, scriptArgs, deps, finish);

  root
    .command('rubies')
    .description('list the rubies of the matrix, their sources, and whether their images are available')
    .addOption(ruby())
    .addOption(config())
    .addOption(
      new Option('--format <format>', 'format of the list').choices(['table', 'json']).default('table'),
    )
    .addOption(noColor())
    .action(async (options) =>
      finish(await (await import('./commands/rubies.ts')).rubiesCommand(options, deps)),
    );

  const images = root.command('images').description('make or remove the images that rubies run in');
  images
    .command('build')
    .description('make images before a run needs them (no --ruby: the default set)')
    .addOption(ruby())
    .addOption(config())
    .addOption(quiet())
    .action(async (options) =>
      finish(await (await import('./commands/images.ts')).buildCommand(options, deps)),
    );
  images
    .command('prune')
    .description('remove images that no run would use any more')
    .option('--all', 'also those that are still used: the next run builds them again')
    .option('--bases', 'also the bases made from Debian’s packages, and what was built of commits')
    .action(async (options) =>
      finish(await (await import('./commands/images.ts')).pruneCommand(options, deps)),
    );

  root
    .command('report')
    .description('render a stored run again')
    .argument('<run>', 'id of a run, the beginning of one, or latest')
    .addOption(format())
    .addOption(out())
    .addOption(results())
    .addOption(noColor())
    .action(async (run: string, options) =>
      finish(await (await import('./commands/report.ts')).reportCommand(run, options, deps)),
    );

  root
    .command('doctor')
    .description('check engine, registry, disk and images, and show how to fix what is missing')
    .option('--fix', 'install or start an engine where none answers')
    .option('--redis <url>', 'also check the Redis that carries work to workers (also: MATRIX_REDIS)')
    .option(
      '--server <url>',
      'also check the workers of this service (where it is private: with MATRIX_TOKEN)',
    )
    .option('--sandbox', 'try to break out of containers here, and show what was contained')
    .addOption(ruby())
    .addOption(runtime())
    .addOption(new Option('--format <format>', 'of --sandbox').choices(['table', 'json']).default('table'))
    .addOption(config())
    .addOption(results())
    .addOption(noColor())
    .action(async (options) =>
      finish(
        options.sandbox === true
          ? await (await import('./commands/sandbox.ts')).sandboxCommand(options, deps)
          : await (await import('./commands/doctor.ts')).doctorCommand(options, deps),
      ),
    );

  addServe(root, deps, finish);
  addWorker(root, deps, finish);
  return root;
}
