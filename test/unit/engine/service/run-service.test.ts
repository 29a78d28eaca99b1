import { afterEach, expect, test } from 'vitest';
import type { RunService } from '../../../../src/engine/service/run-service.ts';
import { asked, FakeEngine, finished, idOf, memory, ruby22, ruby23, ruby24, started } from './fake-engine.ts';
import { listed } from '../../../listed.ts';

const services: RunService[] = [];
async function begun(...given: Parameters<typeof started>): Promise<RunService> {
  const service = await started(...given);
  services.push(service);
  return service;
}
afterEach(async () => {
  for (const service of services.splice(0)) await service.drain(0);
});

test('cells run a bounded number at a time, clients in turn', async () => {
  const engine = new FakeEngine();
  const service = await begun(engine, memory());
  const a1 = await idOf(service.submit(asked('a', [ruby22, ruby23])));
  const a2 = await idOf(service.submit(asked('a', [ruby22])));
  const b1 = await idOf(service.submit(asked('b', [ruby22])));
  expect(await engine.holding(1)).toEqual([`${a1}/2.2.10`]);
  expect((await service.view(b1))?.queuePosition).toBe(2);
  expect(service.load()).toMatchObject({ measuringCells: 1, waitingCells: 3, waitingRuns: 2 });
  engine.free = true;
  engine.held.get(`${a1}/2.2.10`)?.();
  await Promise.all([a1, a2, b1].map((id) => finished(service, id)));
  expect(engine.started).toEqual([`${a1}/2.2.10`, `${a1}/2.3.6`, `${b1}/2.2.10`, `${a2}/2.2.10`]);
});

test.each([1, 2, 8])(
  'a run that comes to an idle service is measured to its end, %i at a time',
  async (jobs) => {
    const engine = new FakeEngine();
    engine.free = true;
    const service = await begun(engine, memory(), { jobs });
    const run = await finished(service, await idOf(service.submit(asked('a', [ruby22, ruby23, ruby24]))));
    expect(run.cells.map((cell) => cell.outcome)).toEqual([
      'out-of-memory',
      'out-of-memory',
      'out-of-memory',
    ]);
  },
);

test('cells that lose their engine are measured again when it is back', async () => {
  const engine = new FakeEngine();
  const service = await begun(engine, memory());
  const id = await idOf(service.submit(asked('a', [ruby22, ruby23])));
  await engine.holding(1);
  engine.lose();
  await expect.poll(() => service.load().engineProblem).toMatch(/no answer|no engine/);
  expect(await service.problems()).toHaveLength(1);
  expect((await service.view(id))?.run).toMatchObject({ state: 'running', cells: [{ state: 'queued' }, {}] });
  engine.free = true;
  engine.up = true;
  const run = await finished(service, id);
  expect(run.cells.map((cell) => cell.outcome)).toEqual(['out-of-memory', 'out-of-memory']);
  expect(engine.swept).toBeGreaterThanOrEqual(2);
});

test('a cell that the engine refuses again and again ends as an engine error', async () => {
  const engine = new FakeEngine();
  const service = await begun(engine, memory());
  let refusals = 0;
  const refuse: typeof engine.containers.prepare = async () => {
    refusals += 1;
    return { ok: false, kind: 'engine-error', message: 'no space left on device' };
  };
  Object.assign(engine.containers, { prepare: refuse });
  const run = await finished(service, await idOf(service.submit(asked('a', [ruby22]))));
  expect(run.cells[0]).toMatchObject({ outcome: 'engine-error', message: 'no space left on device' });
  expect(refusals).toBe(3);
});

test('a run is cancelled while it is measured: the container ends, the rest is not begun', async () => {
  const engine = new FakeEngine();
  const service = await begun(engine, memory());
  const id = await idOf(service.submit(asked('a', [ruby22, ruby23])));
  await engine.holding(1);
  const answer = await service.cancelOrRemove(id, 5000);
  expect(answer).toMatchObject({
    run: { state: 'cancelled', cells: [{ outcome: 'cancelled' }, { outcome: 'cancelled' }] },
  });
  expect(engine.started).toHaveLength(1);
  expect(engine.held.size).toBe(0);
  expect(await service.cancelOrRemove(id, 0)).toBe('removed');
  expect(await service.cancelOrRemove(id, 0)).toBeNull();
});

test('killed at any time: done cells are kept, the others run again, the attempt is counted', async () => {
  const engine = new FakeEngine();
  const kept = memory();
  const service = await begun(engine, kept);
  const id = await idOf(service.submit(asked('a', [ruby22, ruby23, ruby24], { idempotencyKey: 'k' })));
  const waiting = await idOf(service.submit(asked('a', [ruby22])));
  await engine.holding(1);
  engine.held.get(`${id}/2.2.10`)?.();
  await expect.poll(() => engine.started.length).toBe(2);

  // What is on the disk now is what a process finds that starts after kill -9.
  const left = { ...kept, runs: new Map(kept.runs), tickets: new Map(kept.tickets) };
  const next = new FakeEngine();
  next.free = true;
  const again = await begun(next, left);
  const run = await finished(again, id);
  expect(next.started.filter((name) => name.startsWith(id))).toEqual([`${id}/2.3.6`, `${id}/2.4.3`]);
  expect(run.state).toBe('done');
  expect(run.cells.every((cell) => cell.outcome === 'out-of-memory')).toBe(true);
  expect((await again.view(id))?.attempts).toBe(2);
  await finished(again, waiting);
  expect((await again.view(waiting))?.attempts).toBe(1);
  expect(await idOf(again.submit(asked('a', [ruby22, ruby23, ruby24], { idempotencyKey: 'k' })))).toBe(id);
});

test('a run that was under way whenever the service crashed is not begun forever', async () => {
  const engine = new FakeEngine();
  const kept = memory();
  const service = await begun(engine, kept);
  const id = await idOf(service.submit(asked('a', [ruby22])));
  await engine.holding(1);
  const ticket = kept.tickets.get(id)!;
  const left = { ...kept, runs: new Map(kept.runs), tickets: new Map([[id, { ...ticket, attempts: 5 }]]) };
  const next = new FakeEngine();
  const run = await finished(await begun(next, left), id);
  expect(run.cells[0]).toMatchObject({
    outcome: 'engine-error',
    message: expect.stringMatching(/crashed 5 times/),
  });
  expect(next.started).toEqual([]);
});

test('drained: what is measured may end, what takes longer waits for the next start and is not counted', async () => {
  const engine = new FakeEngine();
  const kept = memory();
  const service = await begun(engine, kept, { jobs: 2 });
  const quick = await idOf(service.submit(asked('a', [ruby22])));
  const slow = await idOf(service.submit(asked('b', [ruby22])));
  await engine.holding(2);
  setTimeout(() => engine.held.get(`${quick}/2.2.10`)?.(), 20);
  await service.drain(200);
  expect(kept.runs.get(quick)).toMatchObject({ state: 'done' });
  expect(kept.runs.get(slow)).toMatchObject({ state: 'queued', cells: [{ state: 'queued' }] });
  expect(engine.held.size).toBe(0);
  const next = new FakeEngine();
  next.free = true;
  const again = await begun(next, kept);
  await finished(again, slow);
  expect((await again.view(slow))?.attempts).toBe(1);
});

test('readers of events see the end, whichever way it comes', async () => {
  const engine = new FakeEngine();
  const service = await begun(engine, memory());
  const id = await idOf(service.submit(asked('a', [ruby22])));
  const reader = service.events(id, null);
  await engine.holding(1);
  engine.held.get(`${id}/2.2.10`)?.();
  const types: string[] = [];
  for (let one = await reader?.next(); one; one = await reader?.next()) types.push(one.event.type);
  expect(types.at(0)).toBe('run');
  expect(types.at(-1)).toBe('done');
  expect(types).toContain('cell');
  expect(service.events(id, null)).toBeNull();
});

test('no rubies named: the engine’s choice, with what there is to say of it', async () => {
  const engine = new FakeEngine();
  engine.free = true;
  const service = await begun(engine, memory());
  const run = await finished(service, await idOf(service.submit(asked('a', null))));
  expect(run.cells.map((cell) => cell.ruby)).toEqual(['2.2.10']);
  expect(run.notes).toEqual(['the default']);
});

test('a run whose ruby left the matrix meanwhile says so', async () => {
  const kept = memory();
  const engine = new FakeEngine();
  const service = await begun(engine, kept);
  const id = await idOf(service.submit(asked('a', [ruby22])));
  await engine.holding(1);
  const ticket = kept.tickets.get(id)!;
  const gone = { ...ticket, request: { ...ticket.request!, rubies: ['1.8.7'] } };
  const runs = new Map([
    [
      id,
      { ...kept.runs.get(id)!, cells: kept.runs.get(id)!.cells.map((cell) => ({ ...cell, ruby: '1.8.7' })) },
    ],
  ]);
  const again = await begun(new FakeEngine(), { ...kept, runs, tickets: new Map([[id, gone]]) });
  expect((await finished(again, id)).cells[0]).toMatchObject({ outcome: 'image-unavailable' });
});

test('a run that is cancelled while it is being accepted ends', async () => {
  const engine = new FakeEngine();
  const kept = memory();
  const service = await begun(engine, kept);
  const { promise, resolve } = Promise.withResolvers<void>();
  kept.held = promise;
  const submitted = idOf(service.submit(asked('a', [ruby22, ruby23])));
  await expect.poll(async () => (await listed(service)).length).toBe(1);
  const [newest] = await listed(service);
  const cancelled = service.cancelOrRemove(newest?.id ?? '', 5000);
  resolve();
  const id = await submitted;
  await cancelled;
  const run = await finished(service, id);
  expect([run.state, run.cells.map(({ outcome }) => outcome)]).toEqual([
    'cancelled',
    ['cancelled', 'cancelled'],
  ]);
  expect(kept.runs.get(id)?.state).toBe('cancelled');
  expect(service.load()).toMatchObject({ waitingRuns: 0, waitingCells: 0 });
});

test('a run that is cancelled while the service is shutting down is not begun again by the next', async () => {
  const engine = new FakeEngine();
  const kept = memory();
  const service = await begun(engine, kept);
  const busy = await idOf(service.submit(asked('a', [ruby22])));
  await engine.holding(1);
  const { promise, resolve } = Promise.withResolvers<void>();
  kept.held = promise;
  const submitted = idOf(service.submit(asked('a', [ruby23])));
  await expect.poll(async () => (await listed(service)).length).toBe(2);
  const drained = service.drain(2_000);
  resolve();
  const id = await submitted;
  await service.cancelOrRemove(id, 1_000);
  engine.held.get(`${busy}/2.2.10`)?.();
  await drained;
  expect(kept.runs.get(id)?.state).toBe('cancelled');
});
