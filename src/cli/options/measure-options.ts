import { InvalidArgumentError, Option, type Command } from 'commander';
import { problemWithValues, type GivenAxis } from '../../domain/cell/axis-values.ts';
import { parseAxis } from '../../domain/cell/configurations.ts';
import { MOST, PLAIN_OPTIONS, type PlainOption } from '../../domain/run/plain-options.ts';
import { collected, lines, packages, seconds, wholeNumber } from './option-values.ts';

/** Adds the options that say how a script is measured. */
export function addMeasureOptions(command: Command): Command {
  command.addOption(new Option('--budget <seconds>', 'longest time that each ruby loops').argParser(seconds));
  for (const option of PLAIN_OPTIONS) addPlainOption(command, option);
  return command
    .addOption(
      new Option(
        '--gem <gem>',
        'gem to install for the script: oj, oj=3.11.8,3.12.0 (a cell each), ./my_gem (a folder with a gemspec); repeatable',
      ).argParser(collected),
    )
    .option('--no-cache', 'measure again even if an earlier run measured the same script, settings and image')
    .addOption(
      new Option(
        '--with <axis=values>',
        'a cell for each value: jit=off,yjit or arenas=1,default or ruby-options=-W0 (repeatable)',
      ).argParser(axis),
    )
    .addOption(
      new Option('--env <name=values>', 'a cell for each value of this variable (repeatable)').argParser(
        variable,
      ),
    )
    .addOption(
      new Option(
        '--without <lines>',
        'also run the script without these lines, for comparison: 12 or 12,15..17 (repeatable: a variant each; none: not even those the script marks)',
      ).argParser(lines),
    )
    .addOption(new Option('--loop <line>', 'line of the loop to measure').argParser(wholeNumber(MOST)))
    .addOption(
      new Option(
        '--debian-package <name>',
        'Debian package to install beside Debian’s rubies, such as ruby-nokogiri; repeatable, comma lists',
      ).argParser(packages),
    );
}

function addPlainOption(command: Command, { word, meaning, number }: PlainOption): void {
  const help = `${meaning.charAt(0).toLowerCase()}${meaning.slice(1).replace(/\.$/, '')}`;
  if (number === null)
    command
      .option(`--${word}`, help)
      .option(`--no-${word}`, `do not, even if the script says # matrix: ${word}`);
  else command.addOption(new Option(`--${word} <${number.unit}>`, help).argParser(wholeNumber(MOST)));
}

/** Adds `--explain`, which `matrix explain` implies. */
export const addExplainOption = (command: Command): Command =>
  addHeapDumps(
    command.option(
      '--explain',
      'also find what leaks: the line, the C function, the object and what holds it',
    ),
  );

/** Adds `--heap-dumps`. */
export const addHeapDumps = (command: Command): Command =>
  command.option(
    '--heap-dumps <dir>',
    'also keep the heap dumps of leaking objects there, for sheap or heapy: RUBY-1.jsonl, -2, -3',
  );

function axis(text: string, before: readonly GivenAxis[] | undefined): readonly GivenAxis[] {
  const given = parseAxis(text);
  if (given === null) throw new InvalidArgumentError('Give an axis and its values, such as jit=off,yjit.');
  const problem = problemWithValues(given);
  if (problem !== null) throw new InvalidArgumentError(`${problem}.`);
  return [...(before ?? []), given];
}

const variable = (text: string, before: readonly GivenAxis[] | undefined): readonly GivenAxis[] =>
  axis(`env.${text}`, before);
