import { expect, test } from 'vitest';
import { createLatestWriter } from '../../../../src/store/files/latest-writer.ts';

/** Makes writes that end when the test says so. */
function slowDisk() {
  const written: string[] = [];
  const ends: { readonly finish: () => void; readonly fail: (error: Error) => void }[] = [];
  const write = createLatestWriter((path, text) => {
    written.push(`${path}=${text}`);
    return new Promise((resolve, reject) => {
      ends.push({ finish: resolve, fail: reject });
    });
  });
  return { written, ends, write };
}

test('one write of a path at a time; those that were overtaken are left out', async () => {
  const { written, ends, write } = slowDisk();
  const all = ['1', '2', '3'].map((text) => write('a', () => text));
  const other = write('b', () => 'x');
  expect(written).toEqual(['a=1', 'b=x']);
  ends[0]?.finish();
  ends[1]?.finish();
  await Promise.all([all[0], other]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(written).toEqual(['a=1', 'b=x', 'a=3']);
  ends[2]?.finish();
  await Promise.all(all);
  const again = write('a', () => '4');
  ends[3]?.finish();
  await again;
  expect(written.at(-1)).toBe('a=4');
});

test('a failed write fails for its own callers, and the next one is tried all the same', async () => {
  const { written, ends, write } = slowDisk();
  const first = write('a', () => '1');
  const second = write('a', () => '2');
  ends[0]?.fail(new Error('full'));
  await expect(first).rejects.toThrow('full');
  await new Promise((resolve) => setImmediate(resolve));
  ends[1]?.finish();
  await second;
  expect(written).toEqual(['a=1', 'a=2']);
});
