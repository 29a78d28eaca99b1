import { sourceName, type Ruby } from '../../domain/ruby/ruby.ts';
import { EngineError } from '../../engine/ports.ts';
import { availabilityOf, type RubyPresence } from '../../engine/ruby-presence.ts';
import { columnWidths, tableLine, type Column } from '../../report/text/layout.ts';
import { printable } from '../../report/text/printable.ts';
import { styleFor } from '../../usecases/output/color.ts';
import { EXIT, type ExitCode } from '../../usecases/command-error.ts';
import { matrixOf, rubiesOf } from '../../usecases/config.ts';
import type { Deps } from '../../usecases/deps.ts';

export interface RubiesOptions {
  readonly ruby?: readonly string[];
  readonly config?: string;
  readonly format: 'table' | 'json';
  readonly color: boolean;
}

const COLUMNS: readonly Column[] = [
  { title: 'ruby', align: 'left' },
  { title: 'image', align: 'left' },
  { title: 'default', align: 'left' },
  { title: 'sources', align: 'left' },
];

/**
 * Runs `matrix rubies`: lists the rubies of the matrix, their sources, and whether their images are
 * available.
 */
export async function rubiesCommand(options: RubiesOptions, deps: Deps): Promise<ExitCode> {
  const { stdout, stderr, env } = deps.streams;
  const matrix = await matrixOf(deps, options.config);
  const rubies = rubiesOf(matrix, options.ruby ?? ['all']);
  const presence = await presenceOf(rubies, deps, (line) => stderr.write(`matrix: ${line}\n`));
  const inDefault = new Set(matrix.defaultSet);
  const rows = rubies.map((ruby) => ({
    ruby: ruby.name,
    image: presence === null ? 'unknown' : availabilityOf(presence.find((one) => one.ruby === ruby.name)),
    default: inDefault.has(ruby.name),
    sources: ruby.sources,
  }));
  if (options.format === 'json') {
    stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return EXIT.ok;
  }
  const texts = rows.map((row) => [
    printable(row.ruby),
    row.image,
    row.default ? 'yes' : '',
    printable(row.sources.map(sourceName).join(', ')),
  ]);
  const widths = columnWidths(COLUMNS, texts);
  const style = styleFor(stdout, env, options.color);
  const head = style.bold(
    tableLine(
      COLUMNS.map((column) => column.title),
      COLUMNS,
      widths,
    ).trimEnd(),
  );
  stdout.write(`${[head, ...texts.map((row) => tableLine(row, COLUMNS, widths).trimEnd())].join('\n')}\n`);
  return EXIT.ok;
}

/**
 * Asks the engine which images are available; null where no engine answers, since the list is useful without
 * it.
 */
async function presenceOf(
  rubies: readonly Ruby[],
  deps: Deps,
  say: (line: string) => void,
): Promise<readonly RubyPresence[] | null> {
  try {
    return await (await deps.connect(null)).inventory(rubies);
  } catch (error) {
    if (!(error instanceof EngineError)) throw error;
    say(`which images are here is not known: ${error.message}`);
    return null;
  }
}
