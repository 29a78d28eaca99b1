import { printable, printableLines } from '../../report/text/printable.ts';
import { EXIT, type ExitCode } from '../../usecases/command-error.ts';
import { matrixOf, rubiesOf } from '../../usecases/config.ts';
import type { Deps } from '../../usecases/deps.ts';
import { onInterrupt } from '../../usecases/interrupt.ts';

export interface BuildOptions {
  readonly ruby?: readonly string[];
  readonly config?: string;
  readonly quiet?: boolean;
}

/** Runs `matrix images build`: makes the images of the rubies ahead of a run. */
export async function buildCommand(options: BuildOptions, deps: Deps): Promise<ExitCode> {
  const { stdout, stderr } = deps.streams;
  const matrix = await matrixOf(deps, options.config);
  const rubies = rubiesOf(matrix, options.ruby ?? []);
  const { containers } = await deps.connect(null);
  using interrupt = onInterrupt(
    () => stderr.write('matrix: stopping; Ctrl-C again ends at once\n'),
    () => process.exit(EXIT.interrupted),
  );
  let missing = 0;
  for (const ruby of rubies) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    const say = (line: string): void => {
      if (options.quiet !== true) stderr.write(`${ruby.name}: ${printable(line)}\n`);
    };
    const prepared = await containers.prepare(ruby, say, interrupt.signal);
    if (prepared.ok) stdout.write(`${ruby.name}  ${prepared.value.tag}\n`);
    else if (!interrupt.signal.aborted) {
      missing += 1;
      stderr.write(`matrix: ${ruby.name}: ${printableLines(prepared.message).join('\n  ')}\n`);
    }
  }
  if (interrupt.signal.aborted) return EXIT.interrupted;
  return missing > 0 ? EXIT.unmeasured : EXIT.ok;
}

export interface PruneOptions {
  readonly all?: boolean;
  readonly bases?: boolean;
}

/** Runs `matrix images prune`: removes images that no run would use any more. */
export async function pruneCommand(options: PruneOptions, deps: Deps): Promise<ExitCode> {
  const { stdout, stderr } = deps.streams;
  const engine = await deps.connect(null);
  const { removed, kept } = await engine.prune({ all: options.all ?? false, bases: options.bases ?? false });
  for (const tag of removed) stdout.write(`removed ${printable(tag)}\n`);
  for (const { image, reason } of kept)
    stderr.write(`matrix: kept ${printable(image)}: ${printable(reason)}\n`);
  if (removed.length === 0) stdout.write('nothing to remove\n');
  return EXIT.ok;
}
