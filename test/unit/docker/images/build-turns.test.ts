import { expect, test } from 'vitest';
import { afterFirst } from '../../../../src/docker/images/commit/build-turns.ts';

test('the first build on an empty cache goes alone; on a filled one they go side by side', async () => {
  const events: string[] = [];
  const build = (name: string) => async (): Promise<void> => {
    events.push(`${name} begins`);
    await new Promise((resolve) => setTimeout(resolve, 5));
    events.push(`${name} ends`);
  };
  const empty = { name: 'empty', isNew: true };
  await Promise.all([
    afterFirst(empty, build('a')),
    afterFirst(empty, build('b')),
    afterFirst(empty, build('c')),
  ]);
  expect(events).toEqual(['a begins', 'a ends', 'b begins', 'c begins', 'b ends', 'c ends']);
  events.length = 0;
  const filled = { name: 'filled', isNew: false };
  await Promise.all([afterFirst(filled, build('a')), afterFirst(filled, build('b'))]);
  expect(events.slice(0, 2)).toEqual(['a begins', 'b begins']);
});

test('a first build that fails does not hold up the others', async () => {
  const volume = { name: 'failing', isNew: true };
  const failed = afterFirst(volume, () => Promise.reject(new Error('no')));
  const other = afterFirst(volume, () => Promise.resolve('built'));
  await expect(failed).rejects.toThrow('no');
  expect(await other).toBe('built');
});
