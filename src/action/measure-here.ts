import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, type Inputs } from './inputs.ts';
import type { Measure } from './ports.ts';
import type { Deps } from '../usecases/deps.ts';
import { pageOf, render, type RenderedRun } from '../usecases/output/formats.ts';
import { checkRunOptions, type RunOptions } from '../usecases/options/run-options.ts';
import { runScripts } from '../usecases/run-scripts.ts';
import { html } from '../report/page/html.ts';
import { plainStyle } from '../report/text/style.ts';

/** Measures with the runner's own engine, as `matrix run` does; its table goes to the log. */
export function measureHere(deps: Deps): Measure {
  return async (inputs, scripts) => {
    const results = await mkdtemp(join(deps.streams.env['RUNNER_TEMP'] || tmpdir(), 'matrix-results-'));
    const options = runOptions(inputs, scripts, results);
    const outcomes = await runScripts(options, deps, { begin: () => undefined, event: () => undefined });
    logTable(
      deps,
      outcomes.flatMap(({ path, run, traces }) => (run === null ? [] : [{ path, run, traces }])),
    );
    return outcomes.map(({ path, run, traces, problems, exitCode }) => ({
      path,
      run,
      html: run && html(run, traces),
      problems,
      failed: exitCode !== 0,
    }));
  };
}

/**
 * Translates the inputs into options of `matrix run`; a leak fails the step unless `fail-on` says otherwise.
 */
export function runOptions(inputs: Inputs, scripts: readonly string[], results: string): RunOptions {
  const { compareWith, rubies, images, options, expect, config, workdirFrom, gemfile } = inputs;
  if (compareWith.length > 0 && scripts.length > 1)
    throw new InputError(
      `compare-with goes with one script, and script finds ${scripts.length}: name the one that the others are compared with`,
    );
  const all = [...scripts, ...compareWith];
  const { without } = options;
  const raw = {
    ...(without === undefined ? {} : { without }),
    ruby: rubies,
    ...(images.length === 0 ? {} : { image: images }),
    failOn: inputs.failOn.length > 0 ? inputs.failOn : ['leak'],
    ...(expect === null ? {} : { expect }),
    ...(config === null ? {} : { config }),
    ...(gemfile === null ? {} : { gemfile: gemfile === 'false' ? false : gemfile }),
    ...(workdirFrom === null ? {} : { workdirFrom }),
    format: 'table',
    results,
    color: false,
  } as const;
  const checked = checkRunOptions(all, [], raw, compareWith.length > 0 ? 'compare' : 'run');
  return { ...checked, named: options };
}

/** Renders what `matrix run` prints, for readers of the log. */
export function logTable({ streams }: Deps, rendered: readonly RenderedRun[]): void {
  const page = pageOf({}, plainStyle);
  streams.stdout.write(render(rendered, { format: 'table', many: rendered.length > 1, page }));
}
