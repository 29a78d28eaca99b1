import { Option } from 'commander';
import { FORMATS } from '../../usecases/output/formats.ts';
import { collected } from './option-values.ts';

// Options that several commands have.

export const ruby = (more = ''): Option =>
  new Option(
    '--ruby <selector>',
    `2.3.6, 2.3, 2.2..2.5, ~>2.4, all, a name${more}; repeatable, comma lists`,
  ).argParser(collected);
/** Creates `--ruby` for commands that measure folders, too. */
export const rubyOrFolder = (): Option => ruby(', or ./my-ruby-build, a folder that one is installed in');
export const config = (): Option =>
  new Option('--config <file>', 'the matrix (default: matrix.yaml here, else the built-in)');
export const results = (): Option =>
  new Option('--results <dir>', 'folder that keeps the runs').default('results');
export const format = (): Option =>
  new Option('--format <format>', 'format of the result').choices(FORMATS).default('table');
export const out = (): Option => new Option('--out <file>', 'write the result to a file instead of stdout');
export const noColor = (): Option => new Option('--no-color', 'no colours (NO_COLOR does the same)');
export const quiet = (): Option => new Option('--quiet', 'no progress on stderr');
export const runtime = (): Option =>
  new Option('--runtime <name>', 'sandboxing runtime of the engine around each container, such as runsc');
