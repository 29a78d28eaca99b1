import { Option, type Command } from 'commander';
import type { ExitCode } from '../usecases/command-error.ts';
import type { Deps } from '../usecases/deps.ts';
import { addExplainOption, addHeapDumps, addMeasureOptions } from './options/measure-options.ts';
import { collected, image, pathInImage, wholeNumber } from './options/option-values.ts';
import {
  config,
  format,
  noColor,
  out,
  quiet,
  results,
  rubyOrFolder,
  runtime,
} from './options/common-options.ts';
import { MAGIC_COMMENTS } from '../script/magic-comments.ts';
import type { RawRunOptions, RunOptions } from '../usecases/options/run-options.ts';

const MOST_JOBS = 256;

/** Adds `matrix run`, `matrix compare` and `matrix explain` to the command line. */
export function addRunCommands(
  root: Command,
  scriptArgs: readonly string[],
  deps: Deps,
  finish: (code: ExitCode) => void,
): void {
  addExplainOption(judging(measuring(root.command('run'))))
    .description('run a script’s loop on every chosen ruby and report which ones leak')
    .addHelpText(
      'after',
      '\nA script may say of itself, on lines of their own:' +
        `${Object.entries(MAGIC_COMMENTS).map(commentLine).join('')}\nOptions of the command line win.`,
    )
    .action(async (scripts: readonly string[], raw: RawRunOptions) =>
      finish(await run(scripts, scriptArgs, raw, deps)),
    );

  addExplainOption(judging(measuring(root.command('compare'))))
    .description('run several scripts on every chosen ruby, and report how they differ from the first one')
    .addHelpText(
      'after',
      '\nOne script is compared with itself by matrix run: --without 12 (or # matrix: without at the end of lines), and' +
        '\ntwo values of --with, --env or --gem. What the first script says of itself holds for all of them.',
    )
    .action(async (scripts: readonly string[], raw: RawRunOptions) =>
      finish(await run(scripts, scriptArgs, raw, deps, 'compare')),
    );

  addHeapDumps(measuring(root.command('explain')))
    .description('find what leaks on a ruby: the line, the C function, the object and what holds it')
    .addHelpText(
      'after',
      '\nThe same as matrix run --explain. One ruby alone is joined by another that is here and likely clean, so that' +
        '\nthere is one to compare with; what the script expects of itself is not asked.',
    )
    .action(async (scripts: readonly string[], raw: RawRunOptions) =>
      finish(await run(scripts, scriptArgs, raw, deps, 'explain')),
    );
}

/** Writes a comment by which a script says how to run it, as a line of help. */
const commentLine = ([word, { example }]: [string, { readonly example: string | null }]): string =>
  `\n  # matrix: ${word}${example === null ? '' : ` ${example}`}`;

/** Adds the options that decide whether a run fails. */
const judging = (command: Command): Command =>
  command
    .addOption(
      new Option('--fail-on <what>', 'leak, inconclusive, missing, never; repeatable, comma lists').argParser(
        collected,
      ),
    )
    .option('--expect <selector>', 'fail unless exactly these rubies of the run leak (none: no ruby)');

/** Adds `matrix bisect` to the command line. */
export function addBisectCommand(
  root: Command,
  scriptArgs: readonly string[],
  deps: Deps,
  finish: (code: ExitCode) => void,
): void {
  addExplainOption(measuring(root.command('bisect')))
    .description('find where a leak was introduced and fixed, in every series, with as few cells as it takes')
    .option('--commits', 'search the commits of a repository: of Ruby, or of the gem that --gem names')
    .option('--source <repository>', 'with --commits: path or address of the git repository')
    .option('--from <commit>', 'with --commits: one end, a tag, branch or hash')
    .option('--to <commit>', 'with --commits: the other end')
    .option('--first-parent', 'with --commits: count a merge as one step, whatever it brought')
    .addHelpText(
      'after',
      '\nWithout --ruby all releases are searched. --gem oj=3.0.0..3.13.0 searches versions of a gem on each ruby instead.' +
        '\n--commits --source ./ruby --from v3_2_2 --to v3_2_3 builds Ruby at commits and names the one that did it.' +
        '\nInterrupted, it keeps what was measured, and the next call goes on from there.',
    )
    .action(async (scripts: readonly string[], raw: RawRunOptions) =>
      finish(await run(scripts, scriptArgs, raw, deps, 'bisect')),
    );
}

/** Adds the options that say what is measured, how, and where the result goes. */
function measuring(command: Command): Command {
  const described = command
    .argument('[script...]', 'a script as posted; its own arguments go after --')
    .addOption(rubyOrFolder())
    .addOption(
      new Option(
        '--image <image[=ruby]>',
        'image of your own, with its gems, environment, user and working directory; beside or instead of rubies; repeatable',
      ).argParser(image),
    )
    .addOption(
      new Option('--workdir <dir>', 'working directory in that image (default: its own)').argParser(
        pathInImage,
      ),
    )
    .addOption(
      new Option('-e <body>', 'Ruby code to repeat instead of a script; repeatable').argParser(collected),
    )
    .addOption(
      new Option('--setup <code>', 'Ruby code that runs once before the body of -e').argParser(collected),
    )
    .option('--workdir-from <dir>', 'folder whose files are put beside the script, all but .git')
    .option('--gemfile <file>', 'a Gemfile with the gems of the script (default: the one beside it)')
    .option('--no-gemfile', 'without the Gemfile that lies beside the script');
  return addMeasureOptions(described)
    .addOption(
      new Option('--jobs <n>', 'rubies measured at the same time (default: one per processor)').argParser(
        wholeNumber(MOST_JOBS),
      ),
    )
    .addOption(format())
    .addOption(out())
    .addOption(config())
    .addOption(runtime())
    .addOption(results())
    .addOption(quiet())
    .addOption(noColor());
}

async function run(
  scripts: readonly string[],
  scriptArgs: readonly string[],
  raw: RawRunOptions,
  deps: Deps,
  verb: RunOptions['command'] = 'run',
): Promise<ExitCode> {
  const { checkRunOptions } = await import('../usecases/options/run-options.ts');
  const { runCommand } = await import('./commands/run.ts');
  return runCommand(checkRunOptions(scripts, scriptArgs, raw, verb), deps);
}
