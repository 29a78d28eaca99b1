import { access } from 'node:fs/promises';
import type { Matrix, Ruby } from '../domain/ruby/ruby.ts';
import { selectRubies } from '../domain/ruby/selector.ts';
import { CommandError } from './command-error.ts';
import type { Deps } from './deps.ts';

const CONFIG_NAME = 'matrix.yaml';

/**
 * Loads the matrix: from --config, else from the current folder, else the one that comes with the program.
 */
export async function matrixOf(deps: Deps, config: string | null | undefined): Promise<Matrix> {
  const path = config ?? ((await isThere(CONFIG_NAME)) ? CONFIG_NAME : deps.ownConfig);
  const loaded = await deps.loadMatrix(path);
  if (!loaded.ok) throw new CommandError(loaded.message, 'bad-config');
  return loaded.value;
}

/** Puts the sandboxing runtime that --runtime names into the matrix; unchanged where none was named. */
export function withRuntime(matrix: Matrix, runtime: string | null | undefined): Matrix {
  return { ...matrix, runtime: runtime ?? matrix.runtime };
}

/**
 * Selects the rubies that --ruby names; the default set where it names none.
 * @throws {CommandError}
 */
export function rubiesOf(matrix: Matrix, selectors: readonly string[]): readonly Ruby[] {
  const selection = selectRubies(matrix, selectors);
  if (!selection.ok) throw new CommandError(`--ruby: ${selection.message}`, 'unknown-ruby');
  return selection.value;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch {
    return false;
  }
}
