import { expect, test } from 'vitest';
import { collect } from './collect.ts';
import { errorOf, progressMessages } from '../../../src/docker/progress-messages.ts';

async function read(...chunks: readonly string[]): Promise<unknown[]> {
  return collect(
    progressMessages(
      (async function* () {
        for (const chunk of chunks) yield Buffer.from(chunk);
      })(),
    ),
  );
}

test('reads messages across chunks, and a last one without newline', async () => {
  expect(await read('{"stream":"a', '"}\r\n{"stre', 'am":"b"}')).toEqual([{ stream: 'a' }, { stream: 'b' }]);
});

test('takes a line that is no JSON for output', async () => {
  expect(await read('oops\n{"stream":"a"}\n7\n')).toEqual([
    { stream: 'oops\n' },
    { stream: 'a' },
    { stream: '7\n' },
  ]);
});

test('finds the error of either form', () => {
  expect(errorOf({ error: 'short', errorDetail: { message: 'long' } })).toBe('long');
  expect(errorOf({ error: 'short' })).toBe('short');
  expect(errorOf({ stream: 'fine' })).toBeNull();
});
