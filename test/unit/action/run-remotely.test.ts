import { expect, it } from 'vitest';
import { runRemotely } from '../../../src/action/remote/run-remotely.ts';
import { ServiceError, type Service } from '../../../src/action/remote/service.ts';
import { leak, record } from '../report/records.ts';
import { aService, json, lines, page, problem, silence, type FakeService } from './a-service.ts';

const done = record([leak('2.3.6')]);
const running = { ...done, state: 'running' as const, finishedAt: null };
const REQUEST = {
  name: 'a.rb',
  text: 'loop { }\n',
  others: [],
  files: { 'lib/b.rb': '1' },
  rubies: ['2.3'],
  options: { budgetSeconds: 7, explain: true, keepSleep: true },
};
const PATH = `/runs/${done.id}`;

const serviceOf = (fake: FakeService, signal = new AbortController().signal): Service => ({
  url: fake.url,
  token: 's3cret',
  signal,
});

it('posts the script, follows the events over a broken stream, and takes record and page', async () => {
  await using fake = await aService({
    'POST /runs': [json(202, running)],
    [`GET ${PATH}/events`]: [
      lines([{ type: 'note', text: 'one' }], true),
      lines([{ type: 'note', text: 'two' }]),
    ],
    [`GET ${PATH}`]: [json(200, running), json(200, done)],
    [`GET ${PATH}/report.html`]: [page('<html>the page')],
  });
  const told: unknown[] = [];
  const { run, html } = await runRemotely(serviceOf(fake), REQUEST, (event) => told.push(event));
  expect(run).toEqual(done);
  expect(html).toBe('<html>the page');
  expect(told).toEqual([
    { type: 'note', text: 'one' },
    { type: 'note', text: 'two' },
  ]);
  const [post] = fake.calls;
  expect(JSON.parse(post!.body)).toEqual({
    script: 'loop { }\n',
    name: 'a.rb',
    files: { 'lib/b.rb': '1' },
    rubies: ['2.3'],
    options: { budgetSeconds: 7, keepSleep: true },
    explain: true,
  });
  expect(post!.headers).toMatchObject({
    authorization: 'Bearer s3cret',
    'idempotency-key': expect.any(String),
  });
});

it('waits where the queue is full, and asks again under the same key', async () => {
  await using fake = await aService({
    'POST /runs': [problem(429, 'the queue is full', { 'retry-after': '1' }), json(200, done)],
    [`GET ${PATH}/report.html`]: [page('x')],
  });
  await runRemotely(
    serviceOf(fake),
    { ...REQUEST, files: {}, rubies: [], options: { budgetSeconds: undefined, explain: false } },
    () => undefined,
  );
  const [first, second] = fake.calls;
  expect(first!.headers['idempotency-key']).toBe(second!.headers['idempotency-key']);
  expect(JSON.parse(first!.body)).toEqual({ script: 'loop { }\n', name: 'a.rb' });
});

it.each([
  [422, 'the service refuses: no; rubies: no such ruby'],
  [401, 'the service refuses: no; rubies: no such ruby (input token: the bearer token of the service)'],
])('says what the service refuses, and with which answer: %i', async (status, message) => {
  await using fake = await aService({ 'POST /runs': [problem(status, 'no')] });
  const asked = runRemotely(serviceOf(fake), REQUEST, () => undefined);
  await expect(asked).rejects.toThrow(ServiceError);
  await expect(asked).rejects.toMatchObject({ status, message });
  expect(fake.calls).toHaveLength(1);
});

it('does not take anything for a record', async () => {
  await using fake = await aService({ 'POST /runs': [json(200, { hello: 'world' })] });
  await expect(runRemotely(serviceOf(fake), REQUEST, () => undefined)).rejects.toThrow(
    'is not a matrix service',
  );
});

it('carries its token nowhere else', async () => {
  await using other = await aService({});
  await using fake = await aService({ 'POST /runs': [json(302, {}, { location: other.url.href })] });
  const asked = runRemotely(serviceOf(fake), REQUEST, () => undefined);
  await expect(asked).rejects.toThrow(`points to ${other.url.href}: give that address as server-url`);
  expect(other.calls).toEqual([]);
});

it('cancels the run when it is stopped', async () => {
  const controller = new AbortController();
  await using fake = await aService({
    'POST /runs': [json(202, running)],
    [`GET ${PATH}/events`]: [silence],
    [`DELETE ${PATH}`]: [json(200, { ...done, state: 'cancelled' })],
  });
  const asked = runRemotely(serviceOf(fake, controller.signal), REQUEST, () => undefined);
  setTimeout(() => controller.abort(new Error('stopped')), 100);
  await expect(asked).rejects.toThrow('stopped');
  expect(fake.calls.map((call) => call.line)).toContain(`DELETE ${PATH}`);
});

it('is below a path as well', async () => {
  await using fake = await aService({
    'POST /matrix/runs': [json(200, done)],
    [`GET /matrix${PATH}/report.html`]: [page('x')],
  });
  const service = { ...serviceOf(fake), url: new URL('/matrix', fake.url) };
  expect((await runRemotely(service, REQUEST, () => undefined)).run).toEqual(done);
});

it('passes on no event that is none, and hides no error of the listener', async () => {
  const answers = {
    'POST /runs': [json(202, running)],
    [`GET ${PATH}/events`]: [
      lines([{ type: 'later', text: 'of another release' }, { type: 'note' }, { type: 'note', text: 'one' }]),
    ],
    [`GET ${PATH}`]: [json(200, done)],
    [`GET ${PATH}/report.html`]: [page('x')],
    [`DELETE ${PATH}`]: [json(200, done)],
  };
  await using fake = await aService(answers);
  const told: unknown[] = [];
  await runRemotely(serviceOf(fake), REQUEST, (event) => told.push(event));
  expect(told).toEqual([{ type: 'note', text: 'one' }]);
  await using other = await aService(answers);
  const broken = runRemotely(serviceOf(other), REQUEST, () => {
    throw new TypeError('a bug of who is told');
  });
  await expect(broken).rejects.toThrow('a bug of who is told');
});
