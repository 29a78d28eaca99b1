import { createHash } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { annotationsOf } from './annotations.ts';
import { commentOn } from './comment.ts';
import { findScripts } from './find-scripts.ts';
import { readInputs, type Inputs } from './inputs.ts';
import { outputsOf } from './outputs.ts';
import type { Measure, Runner, ScriptResult } from './ports.ts';
import { pullRequestOf } from './pull-request.ts';
import { writeReports } from './reports.ts';
import { COMMENT_BYTES, SUMMARY_BYTES, summaryOf } from './summary.ts';

/**
 * Runs the step from its inputs to its outputs.
 * @throws an error with a message for people
 */
export async function runAction(runner: Runner, measure: Measure): Promise<void> {
  const inputs = readInputs((name) => runner.input(name));
  for (const secret of [inputs.token, inputs.githubToken]) if (secret !== null) runner.hide(secret);
  const workspace = runner.env['GITHUB_WORKSPACE'] || process.cwd();
  const scripts = await findScripts(inputs.scripts, workspace);
  let results: readonly ScriptResult[];
  {
    using _ = runner.guard();
    results = await measure(inputs, scripts);
  }
  const folder = await mkdtemp(join(runner.env['RUNNER_TEMP'] || tmpdir(), 'matrix-report-'));
  const paths = await writeReports(results, folder);
  const outputs = { ...outputsOf(results), ...paths };
  for (const [name, value] of Object.entries(outputs)) runner.output(name, value);
  await runner.summary(summaryOf(results, SUMMARY_BYTES));
  for (const annotation of results.flatMap(annotationsOf)) runner.annotate(annotation);
  if (inputs.comment) await commentOrLog(runner, inputs, results);
  // Each failed script has an error annotation of its own.
  if (results.some((result) => result.failed)) runner.fail(null);
}

async function commentOrLog(runner: Runner, inputs: Inputs, results: readonly ScriptResult[]): Promise<void> {
  const pull = await pullRequestOf(runner.env);
  if (pull === null)
    return runner.log(
      'comment: this workflow does not run for a pull request; the job summary has everything',
    );
  const token = inputs.githubToken;
  if (token === null) return runner.log('comment: github-token is empty; the job summary has everything');
  const markdown = `${summaryOf(results, COMMENT_BYTES)}${linkToRun(runner)}`;
  const done = await commentOn({ pull, token, markdown, key: keyOf(runner, inputs) });
  runner.log(
    done.ok ? `comment: ${done.value}` : `comment: none, ${done.message}; the job summary has everything`,
  );
}

function linkToRun({ env }: Runner): string {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: id } = env;
  return server && repository && id ? `\n[The job](${server}/${repository}/actions/runs/${id})\n` : '';
}

/** Names the comment so that the same step of the same job finds it again, whatever the scripts are called by then. */
function keyOf({ env }: Runner, { scripts, rubies, config }: Inputs): string {
  const parts = [env['GITHUB_WORKFLOW'], env['GITHUB_JOB'], scripts, rubies, config];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}
