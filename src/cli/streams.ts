import { fileProblem } from '../usecases/file-problem.ts';

/** Whether standard output could be written: a full disk behind it must not end in exit code 0. */
export interface StreamHealth {
  readonly lost: string | null;
}

/**
 * Keeps a closed pipe (`| head`) from ending the program with a stack trace: the run continues and is stored.
 * Other write errors of stdout are remembered.
 */
export function guardStreams(stdout: NodeJS.WritableStream, stderr: NodeJS.WritableStream): StreamHealth {
  const health = { lost: null as string | null };
  stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (!readerLeft(error)) health.lost ??= fileProblem(error, 'standard output', 'written');
  });
  stderr.on('error', () => undefined);
  return health;
}

/** Waits until everything written so far is flushed, or cannot be. */
export function flushed(stream: NodeJS.WriteStream): Promise<void> {
  if (stream.destroyed || stream.writableEnded) return Promise.resolve();
  return new Promise((resolve) => void stream.write('', () => resolve()));
}

function readerLeft(error: NodeJS.ErrnoException): boolean {
  return error.code === 'EPIPE' || error.code === 'ERR_STREAM_DESTROYED';
}
