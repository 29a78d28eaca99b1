import { ndjsonLine } from '../../report/formats/json.ts';
import { styleFor } from '../../usecases/output/color.ts';
import type { ExitCode } from '../../usecases/command-error.ts';
import type { Deps } from '../../usecases/deps.ts';
import { worstOf } from '../../usecases/expect/exit-code.ts';
import { pageOf, render } from '../../usecases/output/formats.ts';
import { checkBinary, openOutFile, streamSink, type Sink } from '../out-file.ts';
import type { RunOptions } from '../../usecases/options/run-options.ts';
import { runScripts } from '../../usecases/run-scripts.ts';

/**
 * Runs `matrix run`: measures every script, prints the report and the problems, and chooses the exit code.
 */
export async function runCommand(options: RunOptions, deps: Deps): Promise<ExitCode> {
  const { stdout, stderr, env } = deps.streams;
  checkBinary(options.format, options.out, stdout);
  let sink: Sink = streamSink(stdout);
  const outcomes = await runScripts(options, deps, {
    begin: () => {
      if (options.out !== null) sink = openOutFile(options.out);
    },
    event: (event) => {
      if (options.format === 'ndjson') sink.write(ndjsonLine(event));
    },
  });
  const target = options.out === null ? stdout : {};
  const page = pageOf(target, styleFor(target, env, options.color));
  const rendered = outcomes.flatMap(({ path, run, traces }) => (run === null ? [] : [{ path, run, traces }]));
  // NDJSON has printed every event as a line already.
  if (options.format !== 'ndjson') {
    sink.write(render(rendered, { format: options.format, many: outcomes.length > 1, page }));
  }
  sink.close();
  for (const { path, problems } of outcomes) {
    const which = outcomes.length > 1 ? `${path}: ` : '';
    for (const problem of problems) stderr.write(`matrix: ${which}${problem}\n`);
  }
  return worstOf(outcomes.map((outcome) => outcome.exitCode));
}
