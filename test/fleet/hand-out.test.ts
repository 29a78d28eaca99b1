import { expect, test } from 'vitest';
import { CLIENT_B, startFleet, startsOf, submit, until } from './fleet.ts';

test('cells are measured by the workers, each once, and the record says where', async () => {
  await using fleet = await startFleet();
  const workers = await Promise.all(['a', 'b', 'c'].map((name) => fleet.worker(name)));
  const run = await submit(fleet, 0.2, '3.0..3.3');
  const done = await fleet.on.finished(run.id, 30);
  expect(done.cells.length).toBeGreaterThan(8);
  expect(done.cells.map(({ outcome, verdict }) => `${outcome} ${verdict}`)).toEqual(
    done.cells.map(() => 'measured clean'),
  );
  expect([...startsOf(fleet.told()).values()]).toEqual(done.cells.map(() => 1));
  expect(new Set(done.cells.map(({ host }) => host?.name))).toEqual(new Set(['a', 'b', 'c']));
  expect(done.cells[0]?.host).toMatchObject({ processor: 'simulated', kernel: '6.1' });
  for (const { told } of workers) expect(told.length).toBeGreaterThan(2);
  await until('no note is left', async () => (await fleet.redis.client.keys('*:wait')).length === 0);
});

test('a run stays on one architecture, unless its cells ask for others: each goes to a worker of its own', async () => {
  await using fleet = await startFleet();
  const names = { x: 'amd64', y: 'amd64', arm: 'arm64' };
  const workers = Object.entries(names).map(([name, arch]) => fleet.worker(name, { arch }));
  for (const { told } of await Promise.all(workers)) await until('all are there', () => told.length > 0);
  const run = await submit(fleet, 0.05, '3.1.2,3.3.8', {}, { axes: { arch: ['amd64', 'arm64'] } });
  const usual = await submit(fleet, 0.05, '3.1');
  const { cells } = await fleet.on.finished(run.id, 20);
  expect(
    cells.map(({ id, outcome, environment, host }) => [id, outcome, environment?.arch, host?.name === 'arm']),
  ).toEqual([
    ['3.1.2+amd64', 'measured', 'x86_64', false],
    ['3.1.2+arm64', 'measured', 'aarch64', true],
    ['3.3.8+amd64', 'measured', 'x86_64', false],
    ['3.3.8+arm64', 'measured', 'aarch64', true],
  ]);
  const archs = (await fleet.on.finished(usual.id, 20)).cells.map(({ environment }) => environment?.arch);
  expect([archs.length > 3, ...new Set(archs)]).toEqual([true, 'x86_64']);
});

test('clients take turns: what B sends starts before the next but one of A, who has sent much', async () => {
  await using fleet = await startFleet({ args: ['--max-waiting', '1000'] });
  await using _ = await fleet.worker('one');
  const many = await submit(fleet, 0.8, '2.7..3.4');
  await until('A has begun', () => fleet.told().some(({ what }) => what === 'start'));
  const few = await submit(fleet, 0.1, '3.1.2', { Authorization: `Bearer ${CLIENT_B}` });
  const before = fleet.told().filter(({ what }) => what === 'start').length;
  await fleet.on.finished(few.id, 20);
  const starts = fleet.told().filter(({ what }) => what === 'start');
  const ofB = starts.findIndex(({ run }) => run === few.id);
  // One that may have been on its way to the worker already, and one that was taken while B sent.
  expect(ofB - before).toBeLessThanOrEqual(2);
  expect(many.cells.length).toBeGreaterThan(40);
});
