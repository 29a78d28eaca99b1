import { realpath } from 'node:fs/promises';
import { basename, relative, sep } from 'node:path';
import type { Matrix, Ruby } from '../../domain/ruby.ts';
import type { RunRequest } from '../../engine/run-matrix.ts';
import { CommandError } from '../command-error.ts';
import type { Result } from '../deps.ts';
import type { RunOptions } from '../run-options.ts';
import { readScript, scriptText } from '../script-input.ts';
import { readWorkdir } from '../workdir.ts';

/** The part of a request that is read from files and options; rubies and notes come with the engine. */
export type RequestDraft = Omit<RunRequest, 'rubies' | 'notes'>;

/** Reads the script and the files beside it, and checks options against the matrix. Throws CommandError. */
export async function draftRequest(options: RunOptions, matrix: Matrix): Promise<RequestDraft> {
  const { limits, defaults } = matrix;
  const budgetSeconds = options.budgetSeconds ?? defaults.budgetSeconds;
  if (budgetSeconds > limits.maxBudgetSeconds) {
    throw new CommandError(
      `--budget ${budgetSeconds}: the longest that may be asked for is ${limits.maxBudgetSeconds} seconds ` +
        '(limits.maxBudgetSeconds in matrix.yaml)',
    );
  }
  const files = options.workdirFrom === null ? [] : must(await readWorkdir(options.workdirFrom));
  const rest = {
    args: options.scriptArgs,
    budgetSeconds,
    exactCount: options.exactCount,
    loopLine: options.loopLine,
  };
  if ('body' in options.source) {
    const { body, setup } = options.source;
    must(scriptText('-e with --setup', new TextEncoder().encode(`${setup}\n${body}`), limits.scriptKiB));
    return { script: null, body: { setup, body }, files, ...rest };
  }
  const text = must(await readScript(options.source.path, limits.scriptKiB));
  checkLoopLine(options.loopLine, text, options.source.path);
  const name = await nameInside(options.source.path, options.workdirFrom);
  return { script: { name, text }, body: null, files, ...rest };
}

/** What the run measures, with the rubies that were chosen. */
export function completed(
  draft: RequestDraft,
  rubies: readonly Ruby[],
  notes: readonly string[],
): RunRequest {
  return { ...draft, rubies, notes };
}

function checkLoopLine(loopLine: number | null, text: string, path: string): void {
  const lines = text.split('\n').length;
  if (loopLine !== null && loopLine > lines) {
    throw new CommandError(
      `--loop ${loopLine}: ${path} has ${lines} lines; give the line that the loop begins on`,
    );
  }
}

/** A script inside --workdir-from keeps its place there, so that `require_relative` finds what it found at home. */
async function nameInside(path: string, folder: string | null): Promise<string> {
  if (folder === null) return basename(path);
  const inside = relative(await realpath(folder), await realpath(path));
  return inside === '' || inside.startsWith(`..${sep}`) || inside === '..'
    ? basename(path)
    : inside.split(sep).join('/');
}

function must<T>(result: Result<T>): T {
  if (!result.ok) throw new CommandError(result.message);
  return result.value;
}
