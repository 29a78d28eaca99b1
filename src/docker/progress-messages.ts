import { LineSplitter } from './run/line-splitter.ts';

/** One message of a build, pull or import. */
export interface ProgressMessage {
  /** Output of a build, as it came. */
  readonly stream?: string;
  readonly status?: string;
  /** Layer that a status refers to. */
  readonly id?: string;
  readonly progressDetail?: { readonly current?: number; readonly total?: number };
  readonly error?: string;
  readonly errorDetail?: { readonly message?: string; readonly code?: number };
}

/**
 * Reads the stream of a build, pull or import. It has status 200 even when it fails: the error is one of its
 * messages. A line that is no JSON counts as output, as does a last line without newline.
 */
export async function* progressMessages(source: AsyncIterable<unknown>): AsyncGenerator<ProgressMessage> {
  const splitter = new LineSplitter();
  for await (const chunk of source) {
    for (const line of splitter.push(chunk as Uint8Array)) yield* parse(line);
  }
  for (const line of splitter.end()) yield* parse(line);
}

function* parse(line: string): Generator<ProgressMessage> {
  if (line.trim() === '') return;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = null; // an engine or a proxy in trouble writes plain text
  }
  yield typeof value === 'object' && value !== null ? value : { stream: `${line}\n` };
}

/** Reads the error of a message, or null. */
export function errorOf(message: ProgressMessage): string | null {
  return message.errorDetail?.message ?? message.error ?? null;
}
