import { Command, Option } from 'commander';
import { buildCommand, pruneCommand } from './commands/images.ts';
import { doctorCommand } from './commands/doctor.ts';
import { reportCommand } from './commands/report.ts';
import { rubiesCommand } from './commands/rubies.ts';
import { runCommand } from './commands/run.ts';
import type { ExitCode } from './command-error.ts';
import { FORMATS } from './formats.ts';
import { collected, seconds, wholeNumber } from './option-values.ts';
import { checkRunOptions, type RawRunOptions } from './run-options.ts';
import type { MainDeps } from './serve-deps.ts';
import { addServe } from './serve-program.ts';

const MOST_JOBS = 256;

const ruby = (): Option =>
  new Option(
    '--ruby <selector>',
    '2.3.6, 2.3, 2.2..2.5, ~>2.4, all, a name; repeatable, comma lists',
  ).argParser(collected);
const config = (): Option =>
  new Option('--config <file>', 'the matrix (default: matrix.yaml here, else the built-in)');
const results = (): Option => new Option('--results <dir>', 'folder that keeps the runs').default('results');
const format = (): Option =>
  new Option('--format <format>', 'form of the result').choices(FORMATS).default('table');
const out = (): Option => new Option('--out <file>', 'write the result to a file instead of stdout');
const noColor = (): Option => new Option('--no-color', 'no colours (NO_COLOR does the same)');
const quiet = (): Option => new Option('--quiet', 'no progress on stderr');

/**
 * The command line. Each command hands its exit code to `finish`; usage errors leave through commander.
 * @param scriptArgs what stood after `--`: the script's ARGV
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
    .showHelpAfterError('(matrix help tells how it is used)');

  root
    .command('run')
    .description('run a script’s loop on every chosen ruby and tell which ones leak')
    .argument('[script...]', 'a script as posted; its own arguments go after --')
    .addHelpText(
      'after',
      '\nA script may say of itself, on lines of their own: # matrix: rubies 2.2..2.5, expect 2.3..2.4.3, budget 60,' +
        '\nloop 12, setup CODE (runs once, in its place). Options of the command line win.',
    )
    .addOption(ruby())
    .addOption(
      new Option('-e <body>', 'Ruby code to repeat instead of a script; repeatable').argParser(collected),
    )
    .addOption(
      new Option('--setup <code>', 'Ruby code that runs once before the body of -e').argParser(collected),
    )
    .option('--workdir-from <dir>', 'files to put beside the script: everything in the folder but .git')
    .addOption(new Option('--budget <seconds>', 'longest time that each ruby loops').argParser(seconds))
    .addOption(new Option('--jobs <n>', 'rubies side by side').argParser(wholeNumber(MOST_JOBS)))
    .option('--exact-count', 'keep the script’s own number of iterations')
    .addOption(new Option('--loop <line>', 'line of the loop to measure').argParser(wholeNumber(999_999_999)))
    .addOption(format())
    .addOption(out())
    .addOption(
      new Option('--fail-on <what>', 'leak, inconclusive, missing, never; repeatable, comma lists').argParser(
        collected,
      ),
    )
    .option('--expect <selector>', 'fail unless exactly these rubies of the run leak (none: no ruby)')
    .addOption(config())
    .addOption(results())
    .addOption(quiet())
    .addOption(noColor())
    .action(async (scripts: readonly string[], raw: RawRunOptions) =>
      finish(await runCommand(checkRunOptions(scripts, scriptArgs, raw), deps)),
    );

  root
    .command('rubies')
    .description('what the matrix holds, the sources of each ruby, whether its image is here')
    .addOption(ruby())
    .addOption(config())
    .addOption(
      new Option('--format <format>', 'form of the list').choices(['table', 'json']).default('table'),
    )
    .addOption(noColor())
    .action(async (options) => finish(await rubiesCommand(options, deps)));

  const images = root.command('images').description('the images that rubies run in');
  images
    .command('build')
    .description('make the images ahead of a run (no --ruby: the default set)')
    .addOption(ruby())
    .addOption(config())
    .addOption(quiet())
    .action(async (options) => finish(await buildCommand(options, deps)));
  images
    .command('prune')
    .description('remove images that no run would use any more')
    .option('--all', 'also those that serve: the next run builds them again')
    .option('--bases', 'also the bases made from Debian’s packages')
    .action(async (options) => finish(await pruneCommand(options, deps)));

  root
    .command('report')
    .description('render a stored run again')
    .argument('<run>', 'id of a run, the beginning of one, or latest')
    .addOption(format())
    .addOption(out())
    .addOption(results())
    .addOption(noColor())
    .action(async (run: string, options) => finish(await reportCommand(run, options, deps)));

  root
    .command('doctor')
    .description('engine, registry, disk, images: what is there, what is missing, what mends it')
    .option('--fix', 'find, install or start an engine')
    .addOption(config())
    .addOption(results())
    .addOption(noColor())
    .action(async (options) => finish(await doctorCommand(options, deps)));

  addServe(root, deps, finish);
  return root;
}
