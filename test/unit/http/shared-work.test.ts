import { expect, test } from 'vitest';
import { PageCache } from '../../../src/http/runs/page-cache.ts';
import { SharedWork } from '../../../src/http/runs/shared-work.ts';

test('who comes while work is under way shares the next, which is begun after they came', async () => {
  const shared = new SharedWork<number>();
  const ends: (() => void)[] = [];
  let begun = 0;
  const work = (): Promise<number> => {
    begun += 1;
    const number = begun;
    return new Promise((resolve) => ends.push(() => resolve(number)));
  };
  const first = shared.get('a', work);
  const others = [shared.get('a', work), shared.get('a', work), shared.get('a', work)];
  expect(begun).toBe(1);
  ends[0]?.();
  expect(await first).toBe(1);
  await expect.poll(() => begun).toBe(2);
  const late = shared.get('a', work);
  ends[1]?.();
  expect(await Promise.all(others)).toEqual([2, 2, 2]);
  await expect.poll(() => begun).toBe(3);
  ends[2]?.();
  expect(await late).toBe(3);
  const later = shared.get('a', work);
  expect(begun).toBe(4);
  ends[3]?.();
  expect(await later).toBe(4);
});

test('work that fails fails for those who shared it, not for the next', async () => {
  const shared = new SharedWork<string>();
  const failing = shared.get('a', () => Promise.reject(new Error('no')));
  const next = shared.get('a', async () => 'yes');
  await expect(failing).rejects.toThrow('no');
  expect(await next).toBe('yes');
});

const page = (tag: string | null, text = 'xxxx') => ({ tag, bytes: new TextEncoder().encode(text) });

test('pages are kept in their newest state, a few, the ones that were used last', () => {
  const cache = new PageCache(2, 10);
  cache.put('a', page('1'));
  cache.put('b', page('1'));
  cache.put('a', page('2'));
  expect([cache.get('a', '1'), cache.get('a', '2')?.tag, cache.get('b', '1')?.tag]).toEqual([null, '2', '1']);
  cache.put('c', page('1', 'x'));
  expect([cache.get('a', '2'), cache.get('b', '1')?.tag, cache.get('c', '1')?.tag]).toEqual([null, '1', '1']);
  cache.put('d', page('1', 'x'.repeat(9)));
  expect([cache.get('b', '1'), cache.get('c', '1')?.tag, cache.get('d', '1')?.tag]).toEqual([null, '1', '1']);
  cache.put('e', page('1', 'x'.repeat(11)));
  cache.put('f', page(null));
  expect([cache.get('e', '1'), cache.get('f', null)]).toEqual([null, null]);
});
