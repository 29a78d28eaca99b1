import { afterAll, beforeAll, expect, test } from 'vitest';
import { HOSTILE, longestTurnMs, MEASURED } from './hostility.ts';
import { resultsFolder, serve, type ServeProcess } from '../serve.ts';
import { DEBIAN, prepared } from '../setup.ts';

/** Longest that anybody may be kept waiting. */
const MOST_MS = 100;

let folder: Awaited<ReturnType<typeof resultsFolder>>;
let on: ServeProcess;
beforeAll(async () => {
  await prepared(DEBIAN['bookworm']!);
  folder = await resultsFolder();
  const args = ['--rate', '1000000', '--jobs', '2', '--log-level', 'warn', '--drain', '1'];
  on = await serve(folder.path, args, MEASURED);
  // What is loaded and compiled at first does not count.
  for (const { name, does } of HOSTILE) if (name === '300 POSTs at once') await does(on);
});
afterAll(async () => {
  await on[Symbol.asyncDispose]();
  await folder[Symbol.asyncDispose]();
});

// By processor time, not by the clock: this machine may be busy with other things. `npm run bench -- hostile` measures
// what a client sees.
test.each(HOSTILE.filter(({ isLong }) => isLong !== true))(
  'nobody waits because of $name',
  async ({ does }) => {
    await longestTurnMs(on);
    await does(on);
    expect(await longestTurnMs(on)).toBeLessThan(MOST_MS);
    expect((await on.request('/healthz')).status).toBe(200);
  },
);
