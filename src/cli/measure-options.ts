import { Option, type Command } from 'commander';
import { orderedPackages } from '../domain/debian-packages.ts';
import type { NamedOptions } from '../domain/options.ts';
import { collected, packages, seconds, wholeNumber } from './option-values.ts';

const MOST_LINES = 999_999_999;

/** What commander read of how to measure. */
export interface RawMeasureOptions {
  readonly budget?: number;
  readonly exactCount?: boolean;
  readonly keepSleep?: boolean;
  readonly loop?: number;
  readonly explain?: boolean;
  readonly debianPackage?: readonly string[];
  readonly gem?: readonly string[];
}

/** Adds the options that say how a script is measured. */
export function addMeasureOptions(command: Command): Command {
  return command
    .addOption(new Option('--budget <seconds>', 'longest time that each ruby loops').argParser(seconds))
    .option('--exact-count', 'keep the script’s own number of iterations')
    .addOption(
      new Option(
        '--gem <gem>',
        'a gem that the script has: oj, oj=3.11.8,3.12.0 (a cell each), ./my_gem (a folder with a gemspec); repeatable',
      ).argParser(collected),
    )
    .option('--keep-sleep', 'keep the script’s sleeps, which are cut to 1 ms where a loop mostly waits')
    .option('--no-keep-sleep', 'cut them though the script says # matrix: keep-sleep')
    .addOption(new Option('--loop <line>', 'line of the loop to measure').argParser(wholeNumber(MOST_LINES)))
    .addOption(
      new Option(
        '--debian-package <name>',
        'package of Debian beside Debian’s rubies, such as ruby-nokogiri; repeatable, comma lists',
      ).argParser(packages),
    );
}

/** Adds what `matrix explain` always does. */
export const addExplainOption = (command: Command): Command =>
  command.option('--explain', 'then name what leaks: the line, the C function, the object and what holds it');

/** What the command line names of how to measure. */
export const namedOptions = ({
  budget,
  loop,
  debianPackage,
  ...others
}: RawMeasureOptions): NamedOptions => ({
  budgetSeconds: budget,
  loopLine: loop,
  exactCount: others.exactCount,
  keepSleep: others.keepSleep,
  explain: others.explain,
  debianPackages: debianPackage === undefined ? undefined : orderedPackages(debianPackage),
  gems: others.gem,
});
