import { queryObjects } from 'node:v8';
import { expect, test } from 'vitest';
import { EventLog } from '../../../../src/engine/service/event-log.ts';
import { LiveRun } from '../../../../src/engine/service/live-run.ts';
import { asked, FakeEngine, finished, idOf, memory, ruby22, ruby23, started } from './fake-engine.ts';
import { listed } from '../../../listed.ts';

/** Counts the objects of a kind after garbage collection. */
const alive = (kind: abstract new (...given: never[]) => object): number =>
  queryObjects(kind, { format: 'count' });

test('of a run that is done and removed nothing stays: not the run, its events, its readers, its signals', async () => {
  const engine = new FakeEngine();
  engine.free = true;
  const kept = memory();
  const service = await started(engine, kept);
  const once = async (): Promise<void> => {
    const id = await idOf(service.submit(asked('a', [ruby22, ruby23], { idempotencyKey: 'k' })));
    const reader = service.events(id, null);
    while (await reader?.next());
    await finished(service, id);
    expect(await service.cancelOrRemove(id, 5000)).toBe('removed');
  };
  await once();
  const signals = alive(AbortSignal);
  for (let runs = 0; runs < 30; runs += 1) await once();
  expect(engine.started).toHaveLength(62);
  // The last one may still be held by what was awaited here.
  await expect.poll(() => [alive(LiveRun), alive(EventLog)]).toEqual([0, 0]);
  // Two for each of 30 x 2 passes, were they kept until their deadline.
  await expect.poll(() => alive(AbortSignal) - signals, { timeout: 10_000 }).toBeLessThan(10);
  expect(await listed(service)).toEqual([]);
  await service.drain(0);
});
