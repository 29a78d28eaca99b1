import { expect, test } from 'vitest';
import { Turns } from '../../../src/http/turns.ts';

test('each has a turn of the event loop of its own, in order', async () => {
  const turns = new Turns();
  const seen: (number | 'other')[] = [];
  const other = (): void => {
    seen.push('other');
    if (seen.length < 20) next = setImmediate(other);
  };
  let next = setImmediate(other);
  await Promise.all([1, 2, 3, 4].map((number) => turns.take().then(() => seen.push(number))));
  clearImmediate(next);
  expect(seen.filter((one) => one !== 'other')).toEqual([1, 2, 3, 4]);
  const places = [1, 2, 3, 4].map((number) => seen.indexOf(number));
  expect(places.slice(1).every((place, index) => place > (places[index] ?? 0) + 1)).toBe(true);
});
