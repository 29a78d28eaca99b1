import { randomUUID } from 'node:crypto';
import * as core from '@actions/core';
import type { Runner } from './ports.ts';

const ANNOTATE = { error: core.error, warning: core.warning, notice: core.notice };

/**
 * Gives access to the runner of GitHub Actions, or one that behaves alike: environment files, and commands on
 * standard output.
 */
export function githubRunner(stdout: NodeJS.WritableStream, env: Runner['env']): Runner {
  const guard = (): Disposable => {
    const token = randomUUID();
    stdout.write(`::stop-commands::${token}\n`);
    return { [Symbol.dispose]: () => void stdout.write(`\n::${token}::\n`) };
  };
  return {
    env,
    input: (name) => env[`INPUT_${name.toUpperCase()}`] ?? '',
    output: (name, value) => core.setOutput(name, value),
    summary: async (markdown) => {
      if ((env['GITHUB_STEP_SUMMARY'] ?? '') !== '') await core.summary.addRaw(markdown).write();
    },
    annotate: ({ level, title, message, file, line }) => {
      const place = file === null ? {} : { file, ...(line === null ? {} : { startLine: line }) };
      ANNOTATE[level](message, { title, ...place });
    },
    hide: (secret) => core.setSecret(secret),
    fail: (message) => {
      if (message === null) process.exitCode = core.ExitCode.Failure;
      else core.setFailed(message);
    },
    log: (line) => {
      using _ = guard();
      stdout.write(`${line}\n`);
    },
    guard,
  };
}
