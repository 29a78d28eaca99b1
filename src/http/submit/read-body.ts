import type { Ctx } from '../context.ts';
import { ProblemError } from '../answers/problem.ts';

/**
 * Reads a body of limited size, whether or not its length was announced.
 * @throws {ProblemError}
 */
export async function readBody(c: Ctx, mostBytes: number): Promise<Uint8Array> {
  const announced = Number(c.req.header('Content-Length') ?? 0);
  if (announced > mostBytes) throw tooLarge(mostBytes);
  const { body } = c.req.raw;
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    // Leaving the loop ends the stream: the rest is not read.
    if (bytes > mostBytes) throw tooLarge(mostBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/**
 * Decodes bytes as UTF-8; a byte order mark is dropped.
 * @throws {ProblemError}
 */
export function utf8(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ProblemError('malformed-body', 'the body is not valid UTF-8: save the script as UTF-8');
  }
}

function tooLarge(mostBytes: number): ProblemError {
  const message = `the body is larger than ${Math.floor(mostBytes / 1024)} KiB, the most this service takes`;
  return new ProblemError('body-too-large', message, { headers: { Connection: 'close' } });
}
