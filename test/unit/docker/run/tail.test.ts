import { expect, test } from 'vitest';
import { Tail } from '../../../../src/docker/run/tail.ts';

test('keeps the end of what was pushed', () => {
  const tail = new Tail(5);
  for (const text of ['abc', 'defg', 'h']) tail.push(Buffer.from(text));
  expect(tail.text()).toBe('defgh');
});

test('keeps the end of one large piece, and of very many small ones', () => {
  const tail = new Tail(4);
  tail.push(Buffer.from('0123456789'));
  expect(tail.text()).toBe('6789');
  for (let count = 0; count < 10_000; count += 1) tail.push(Buffer.from(String(count % 10)));
  expect(tail.text()).toBe('6789');
});
