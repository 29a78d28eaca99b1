import { InputError, type Inputs } from '../inputs.ts';
import type { Measure, ScriptResult } from '../ports.ts';
import { runRemotely, type RemoteRequest } from './run-remotely.ts';
import { ServiceError, type Service } from './service.ts';
import { logTable, runOptions } from '../measure-here.ts';
import { CommandError } from '../../usecases/command-error.ts';
import { readScriptFile, withGemFiles } from '../../usecases/scripts/run-request.ts';
import type { Deps } from '../../usecases/deps.ts';
import { parseExpectation } from '../../usecases/expect/expectation.ts';
import { onInterrupt } from '../../usecases/interrupt.ts';
import { checkRun } from '../../usecases/expect/check-run.ts';
import { lineProgress } from '../../usecases/progress/lines.ts';
import type { RunOptions } from '../../usecases/options/run-options.ts';
import { fromComments, type WithOrigin } from '../../usecases/scripts/script-plan.ts';
import { rubiesOfNames } from '../../domain/ruby/selector.ts';
import type { InputFile } from '../../engine/plan/pack-files.ts';
import { readMagicComments } from '../../script/magic-comments.ts';

/** Answers that are about the request, not the service. */
const REFUSALS: ReadonlySet<number> = new Set([400, 413, 422]);
/** The service has a limit of its own; this one keeps a device or a dump out of memory. */
const MOST_SCRIPT_KIB = 4096;

/** Measures scripts on a running service, one after the other, and checks the results here. */
export function measureThere(deps: Deps, url: URL): Measure {
  return async (inputs, scripts) => {
    if (inputs.config !== null) {
      throw new InputError(
        'config and server-url contradict each other: the service has a matrix of its own',
      );
    }
    const options = runOptions(inputs, scripts, '.');
    const { stdout } = deps.streams;
    using interrupt = onInterrupt(
      () => void stdout.write('stopping: the run of the service is cancelled\n'),
      () => process.exit(1),
    );
    const service: Service = { url, token: inputs.token, signal: interrupt.signal };
    const results: ScriptResult[] = [];
    for (const path of scripts) results.push(await one(path, inputs, options, service, deps));
    logTable(
      deps,
      results.flatMap(({ path, run }) => (run === null ? [] : [{ path, run, traces: [] }])),
    );
    return results;
  };
}

async function one(
  path: string,
  inputs: Inputs,
  options: RunOptions,
  service: Service,
  deps: Deps,
): Promise<ScriptResult> {
  const progress = lineProgress(
    (text) => void deps.streams.stdout.write(text),
    () => deps.clock.now(),
  );
  try {
    const { request, expect } = await requestOf(path, inputs, options);
    const { run, html } = await runRemotely(service, request, (event) => progress.event(event));
    const listing = { rubies: rubiesOfNames(run.listed), defaultSet: [] };
    const ran = run.cells.map((cell) => cell.id);
    const expected = parseExpectation(expect, listing, ran);
    if (!expected.ok) return { path, run, html, problems: [expected.message], failed: true };
    const { problems, exitCode } = checkRun(run, expected.value, options.failOn, false);
    return { path, run, html, problems, failed: exitCode !== 0 };
  } catch (error) {
    // A problem with one script fails that script; a lost service fails them all.
    const refused = error instanceof ServiceError && REFUSALS.has(error.status ?? 0);
    if (!refused && !(error instanceof CommandError)) throw error;
    return { path, run: null, html: null, problems: [error.message], failed: true };
  }
}

/**
 * Reads the script and the files beside it, with its magic comments applied where no input says otherwise.
 */
async function requestOf(
  path: string,
  inputs: Inputs,
  options: RunOptions,
): Promise<{ readonly request: RemoteRequest; readonly expect: readonly WithOrigin<string>[] }> {
  const source = await readScriptFile(path, options, MOST_SCRIPT_KIB);
  const { name, text } = source.script ?? { name: path, text: '' };
  const comments = readMagicComments(text);
  if (!comments.ok) throw new CommandError(`${path}:${comments.line}: ${comments.message}`, 'bad-comment');
  const magic = comments.value;
  // A service may refuse gems: a Gemfile that is there by chance is not sent.
  const gemfile = options.gemfile === 'beside' ? null : options.gemfile;
  const asked = { gems: inputs.options.gems ?? [], gemfile: null };
  const { files, gems, gemfile: inside } = await withGemFiles(source, path, { ...options, gemfile }, asked);
  const others: RemoteRequest['others'][number][] = [];
  for (const other of inputs.compareWith) {
    const { script } = await readScriptFile(other, options, MOST_SCRIPT_KIB);
    if (script !== null) others.push({ name: script.name, script: script.text });
  }
  const request = {
    name,
    text,
    others,
    files: Object.fromEntries(files.filter((file) => file.path !== name).map(textFile)),
    rubies: inputs.rubies.length > 0 ? inputs.rubies : magic.rubies.map((ruby) => ruby.value),
    // The service reads the script's own magic comments.
    options: {
      ...inputs.options,
      gems: gems.length === 0 ? undefined : gems,
      gemfile: inside ?? undefined,
    },
  };
  const { expect } = options;
  return {
    request,
    expect:
      expect === null ? fromComments(path, 'expect', magic.expect) : [{ value: expect, origin: '--expect' }],
  };
}

function textFile({ path, content }: InputFile): readonly [string, string] {
  try {
    return [path, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content)];
  } catch {
    throw new CommandError(
      `workdir-from: ${path} is not text in UTF-8, and a service takes nothing else`,
      'unreadable-file',
    );
  }
}
