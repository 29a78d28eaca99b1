import { PassThrough } from 'node:stream';
import type { Streams } from '../../../src/usecases/deps.ts';

export interface Captured extends Streams {
  /** What was written to stdout so far. */
  out(): string;
  err(): string;
}

function collector(): { readonly stream: NodeJS.WriteStream; text(): string } {
  const chunks: string[] = [];
  const stream = new PassThrough();
  stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => chunks.join('') };
}

/** Streams that keep what is written; no terminal. */
export function captured(env: Streams['env'] = {}): Captured {
  const [stdout, stderr] = [collector(), collector()];
  return {
    stdout: stdout.stream,
    stderr: stderr.stream,
    env,
    out: () => stdout.text(),
    err: () => stderr.text(),
  };
}
