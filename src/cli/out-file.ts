import { closeSync, openSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { CommandError } from '../usecases/command-error.ts';
import { fileProblem } from '../usecases/file-problem.ts';

/** Where a result goes. */
export interface Sink {
  write(text: string): void;
  close(): void;
}

/** Writes a result to a stream, which stays open. */
export function streamSink(stream: NodeJS.WritableStream): Sink {
  return { write: (text) => void stream.write(text), close: () => undefined };
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
    write: (text) => {
      try {
        writeFileSync(file, text);
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
