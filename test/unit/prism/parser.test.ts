import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';

test('a script that nests too deep is an error of its own, and of no later script', async () => {
  const parse = await createParser();
  for (let round = 0; round < 3; round += 1) {
    await sleep(200);
    const deep = parse('['.repeat(200_000));
    expect(deep.errors.length).toBeGreaterThan(0);
    expect(parse('1000.times { foo }\n').errors).toEqual([]);
  }
});
