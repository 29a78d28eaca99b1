import type { Store } from '../../engine/ports.ts';
import { leakTrees } from '../../report/picture/leak-pictures.ts';
import { printable } from '../../report/text/printable.ts';
import { styleFor } from '../../usecases/output/color.ts';
import { CommandError, EXIT, type ExitCode } from '../../usecases/command-error.ts';
import type { Deps } from '../../usecases/deps.ts';
import { isPicture, pageOf, render, type Format } from '../../usecases/output/formats.ts';
import { checkBinary, openOutFile, streamSink } from '../out-file.ts';

export interface ReportOptions {
  readonly format: Format;
  readonly out?: string;
  readonly results: string;
  readonly color: boolean;
}

const SHOWN_RUNS = 5;

/** Runs `matrix report RUN`: prints a stored run in any format. */
export async function reportCommand(id: string, options: ReportOptions, deps: Deps): Promise<ExitCode> {
  const { stdout, env } = deps.streams;
  checkBinary(options.format, options.out ?? null, stdout);
  const store = await deps.openStore(options.results);
  const found = await store.findRun(id);
  const run = found === null ? null : await store.loadRun(found);
  if (run === null) throw new CommandError(await noSuchRun(id, store, options.results));
  if (isPicture(options.format) && leakTrees(run).length === 0)
    throw new CommandError(
      `${run.id} has no leak that was explained, so there is no picture of one: matrix explain ${printable(run.script.name)} makes a run that has`,
    );
  const target = options.out === undefined ? stdout : {};
  const page = pageOf(target, styleFor(target, env, options.color));
  const sink = options.out === undefined ? streamSink(stdout) : openOutFile(options.out);
  const traces = await store.loadTraces(run.id);
  sink.write(render([{ path: run.script.name, run, traces }], { format: options.format, many: false, page }));
  sink.close();
  return EXIT.ok;
}

async function noSuchRun(id: string, store: Store, results: string): Promise<string> {
  const { runs } = await store.listRuns();
  if (runs.length === 0)
    return `${results} holds no run: matrix run SCRIPT makes one, --results names another folder`;
  const newest = runs.slice(0, SHOWN_RUNS).map((run) => `  ${run.id}  ${printable(run.script.name)}`);
  return [`no run ${printable(id)} in ${results}; the newest ones are:`, ...newest].join('\n');
}
