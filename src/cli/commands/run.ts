import { availableParallelism } from 'node:os';
import type { Matrix, Ruby } from '../../domain/ruby.ts';
import type { RunEvent } from '../../domain/event.ts';
import type { RunRecord } from '../../domain/record.ts';
import { ndjsonLine } from '../../report/ndjson.ts';
import { styleFor } from '../color.ts';
import { CommandError, EXIT, type ExitCode } from '../command-error.ts';
import { matrixOf, rubiesOf } from '../config.ts';
import { defaultRubies, type ChosenRubies } from '../default-rubies.ts';
import type { Deps, EngineAccess } from '../deps.ts';
import { exitCodeOf } from '../exit-code.ts';
import { differences, parseExpectation, type Expectation } from '../expectation.ts';
import { pageOf, render } from '../formats.ts';
import { onInterrupt } from '../interrupt.ts';
import { openOutFile, streamSink } from '../out-file.ts';
import { progressFor } from '../progress/choose.ts';
import { resultsFolder } from '../results-folder.ts';
import type { RunOptions } from '../run-options.ts';
import { completed, draftRequest } from './run-request.ts';

/** `matrix run`: input, rubies, engine, run, report, exit code. */
export async function runCommand(options: RunOptions, deps: Deps): Promise<ExitCode> {
  const { stdout, stderr, env } = deps.streams;
  const matrix = await matrixOf(deps, options.config);
  const draft = await draftRequest(options, matrix);
  const named = options.rubies.length === 0 ? null : rubiesOf(matrix, options.rubies);
  if (named !== null) expectationOf(options, matrix, named);
  const store = deps.openStore(await resultsFolder(options.results));
  const engine = await deps.connect();
  const chosen = named === null ? await rubiesAtHand(matrix, engine) : { rubies: named, notes: [] };
  const expected = expectationOf(options, matrix, chosen.rubies);
  const sink = options.out === null ? streamSink(stdout) : openOutFile(options.out);
  await engine.sweep();

  const progress = progressFor(deps.streams, options, () => deps.clock.now());
  using interrupt = onInterrupt(
    () => progress.say('stopping: what was measured is kept; Ctrl-C again ends at once'),
    () => process.exit(EXIT.interrupted),
  );
  const emit = (event: RunEvent): void => {
    if (options.format === 'ndjson') sink.write(ndjsonLine(event));
    progress.event(event);
  };
  let run: RunRecord;
  try {
    const jobs = options.jobs ?? matrix.defaults.jobs ?? availableParallelism();
    const request = completed(draft, chosen.rubies, chosen.notes);
    const parts = { containers: engine.containers, store, matrix, jobs, emit };
    run = await deps.measure(request, parts, interrupt.signal);
  } finally {
    progress.end();
  }
  const target = options.out === null ? stdout : {};
  const page = pageOf(target, styleFor(target, env, options.color));
  // Every event has been a line of it already.
  if (options.format !== 'ndjson')
    sink.write(render(run, await store.loadTraces(run.id), options.format, page));
  sink.close();
  const differs = expected === null ? [] : differences(run, expected);
  for (const line of differs) stderr.write(`matrix: --expect: ${line}\n`);
  return exitCodeOf(run, options.failOn, differs.length > 0, interrupt.signal.aborted);
}

/** The default set, or what can be had without a registry. */
async function rubiesAtHand(matrix: Matrix, engine: EngineAccess): Promise<ChosenRubies> {
  const offline = (await engine.registry()).ok
    ? null
    : { presence: await engine.inventory(matrix.rubies), mayMakeDebian: process.getuid?.() === 0 };
  const chosen = defaultRubies(matrix, offline);
  if (chosen.rubies.length > 0) return chosen;
  throw new CommandError(
    `no ruby can be measured here: ${chosen.notes.join(' ')} matrix doctor tells what is missing.`,
    EXIT.unmeasured,
  );
}

function expectationOf(options: RunOptions, matrix: Matrix, rubies: readonly Ruby[]): Expectation | null {
  if (options.expect === null) return null;
  const expected = parseExpectation(options.expect, matrix, rubies);
  if (!expected.ok) throw new CommandError(expected.message);
  return expected.value;
}
