import { expect, test } from 'vitest';
import { Watchdog } from '../../../../src/docker/run/watchdog.ts';
import { watched } from '../../../../src/docker/run/watched.ts';
import { EngineError } from '../../../../src/engine/ports.ts';

const pace = { everyMs: 5, answerMs: 20 };
const never = new AbortController().signal;
const hanging = (): Promise<never> => new Promise(() => {});

test('work that a hanging engine would never end is ended, and told to stop', async () => {
  const watchdog = new Watchdog({ ping: hanging }, pace);
  let given: AbortSignal = never;
  const work = watched(watchdog, never, (signal) => {
    given = signal;
    return hanging();
  });
  await expect(work).rejects.toThrow(EngineError);
  await expect(work).rejects.toThrow(/stopped answering \(ping: no answer in 0\.02 s\).*matrix doctor/);
  expect(given.aborted).toBe(true);
});

test('with an engine that answers the work has its own time, result, error and end', async () => {
  let pings = 0;
  const watchdog = new Watchdog({ ping: async () => (pings += 1) }, pace);
  const slow = new Promise((resolve) => setTimeout(() => resolve('done'), 100));
  expect(await watched(watchdog, never, () => slow)).toBe('done');
  await expect(watched(watchdog, never, () => Promise.reject(new Error('refused')))).rejects.toThrow(
    'refused',
  );
  const caller = new AbortController();
  const stopped = watched(watchdog, caller.signal, async (signal) => {
    caller.abort();
    return signal.aborted;
  });
  expect(await stopped).toBe(true);
  // Nobody watches any more, so nobody asks.
  const asked = pings;
  await new Promise((resolve) => setTimeout(resolve, 30));
  expect(pings).toBe(asked);
});
