import { setImmediate } from 'node:timers/promises';
import { ProblemError } from '../answers/problem.ts';
import type { Ctx } from '../context.ts';

/** Bytes of a whole result, and of one line of it. */
const MOST_BYTES = 64 * 2 ** 20;
const MOST_LINE = 4 * 2 ** 20;

/**
 * Yields the lines of a body as they come, one in each turn of the event loop.
 * @throws {ProblemError} where they are too long or too many
 */
export async function* readLines(c: Ctx): AsyncGenerator<string> {
  const { body } = c.req.raw;
  if (body === null) return;
  const decoder = new TextDecoder();
  let bytes = 0;
  let rest = '';
  for await (const chunk of body as unknown as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    if (bytes > MOST_BYTES || rest.length > MOST_LINE) throw tooLarge();
    for (const line of lines) {
      if (line !== '') yield line;
      await setImmediate();
    }
  }
  if (rest.trim() !== '') yield rest;
}

const tooLarge = (): ProblemError =>
  new ProblemError('body-too-large', `a result has ${MOST_BYTES / 2 ** 20} MiB at most`, {
    headers: { Connection: 'close' },
  });
