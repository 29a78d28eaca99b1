import { expect, test } from 'vitest';
import { Watchdog } from '../../../../src/docker/run/watchdog.ts';

const pace = { everyMs: 5, answerMs: 20 };

test('tells everybody who watches when the engine hangs', async () => {
  const watchdog = new Watchdog({ ping: () => new Promise(() => {}) }, pace);
  const reasons = await Promise.all([watchdog.watch().lost, watchdog.watch().lost]);
  expect(reasons).toEqual(['ping: no answer in 0.02 s', 'ping: no answer in 0.02 s']);
});

test('one ping that fails is not the end', async () => {
  let pings = 0;
  const ping = async (): Promise<void> => {
    pings += 1;
    if (pings % 3 !== 0) throw new Error('busy');
  };
  const watch = new Watchdog({ ping }, pace).watch();
  const late = new Promise((resolve) => setTimeout(() => resolve('still there'), 200));
  expect(await Promise.race([watch.lost, late])).toBe('still there');
  expect(pings).toBeGreaterThan(6);
  watch[Symbol.dispose]();
});

test('who watches again while a ping is under way gets one chain of pings, not two', async () => {
  const pings: PromiseWithResolvers<void>[] = [];
  const ping = async (): Promise<void> => {
    const answer = Promise.withResolvers<void>();
    pings.push(answer);
    return answer.promise;
  };
  const watchdog = new Watchdog({ ping }, { everyMs: 5, answerMs: 60_000 });
  const first = watchdog.watch();
  await expect.poll(() => pings.length).toBe(1);
  first[Symbol.dispose]();
  const second = watchdog.watch();
  await expect.poll(() => pings.length).toBe(2);
  // The answer to the ping of the first watch comes late; the second's own is still out.
  pings[0]!.resolve();
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(pings).toHaveLength(2);
  second[Symbol.dispose]();
  pings[1]!.resolve();
});

test('asks no more when nobody watches', async () => {
  let pings = 0;
  const watchdog = new Watchdog({ ping: async () => (pings += 1) }, pace);
  watchdog.watch()[Symbol.dispose]();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(pings).toBe(0);
});
