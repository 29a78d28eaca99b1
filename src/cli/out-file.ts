import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from '../usecases/command-error.ts';
import { fileProblem } from '../usecases/file-problem.ts';

/** Where a result goes. */
export interface Sink {
  write(result: string | Uint8Array): void;
  close(): void;
}

/**
 * Checks that bytes don't go to a terminal.
 * @throws {CommandError}
 */
export function checkBinary(format: string, out: string | null, stdout: { readonly isTTY?: boolean }): void {
  if (format === 'pprof' && out === null && stdout.isTTY === true)
    throw new CommandError('--format pprof is no text for a terminal: write it to a file with --out leak.pb');
}

/** Writes a result to a stream, which stays open. */
export function streamSink(stream: NodeJS.WritableStream): Sink {
  return { write: (result) => void stream.write(result), close: () => undefined };
}

/**
 * Opens --out before anything is measured, so that a path that cannot be written costs no run.
 * @throws {CommandError}
 */
export function openOutFile(path: string): Sink {
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (error) {
    if (!folderIsThere(path)) {
      throw new CommandError(
        `--out: the folder ${dirname(path)} does not exist: create it (mkdir -p ${dirname(path)})`,
        'unwritable-file',
      );
    }
    throw new CommandError(`--out: ${fileProblem(error, path, 'written')}`, 'unwritable-file');
  }
  return {
    write: (result) => {
      try {
        writeFileSync(file, result);
      } catch (error) {
        throw new CommandError(
          `--out: ${fileProblem(error, path, 'written')}; the run is kept: matrix report latest`,
          'unwritable-file',
        );
      }
    },
    close: () => closeSync(file),
  };
}

function folderIsThere(path: string): boolean {
  try {
    return statSync(dirname(path)).isDirectory();
  } catch {
    return false;
  }
}
