import { expect, test, vi } from 'vitest';
import { StoreError } from '../../../../src/engine/ports.ts';
import { storeWithRetry } from '../../../../src/engine/service/archive/store-with-retry.ts';

const tell = () => vi.fn<(fields: object, message: string) => void>();

function storing(stopped: () => boolean = () => false) {
  const log = { info: tell(), warn: tell(), error: tell() };
  return { run: 'r', log, stopped, pauseMs: 1 };
}
const full = (): Promise<void> => Promise.reject(new StoreError('the disk is full'));

test('what the disk refuses is tried until it is stored, and reported once', async () => {
  const work = vi.fn<() => Promise<void>>().mockImplementation(async () => {});
  for (let times = 0; times < 10; times += 1) work.mockImplementationOnce(full);
  const given = storing();
  expect(await storeWithRetry(work, given)).toBe(true);
  expect(work).toHaveBeenCalledTimes(11);
  expect(given.log.error).toHaveBeenCalledExactlyOnceWith(
    { run: 'r', reason: 'the disk is full' },
    expect.stringContaining('retrying until the disk has room'),
  );
  expect(given.log.info).toHaveBeenCalledExactlyOnceWith({ run: 'r', tries: 11 }, expect.any(String));
});

test('whoever is stopped tries once, and no more', async () => {
  const work = vi.fn<() => Promise<void>>(full);
  expect(
    await storeWithRetry(
      work,
      storing(() => true),
    ),
  ).toBe(false);
  expect(work).toHaveBeenCalledTimes(1);
  expect(
    await storeWithRetry(
      async () => {},
      storing(() => true),
    ),
  ).toBe(true);
});

test('stopped while it waits, it ends', async () => {
  let tries = 0;
  const work = (): Promise<void> => {
    tries += 1;
    return full();
  };
  expect(
    await storeWithRetry(
      work,
      storing(() => tries === 3),
    ),
  ).toBe(false);
});

test('a bug is not waited for', async () => {
  const bug = new TypeError('a bug');
  await expect(storeWithRetry(() => Promise.reject(bug), storing())).rejects.toBe(bug);
});
