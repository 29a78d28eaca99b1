import { expect, test } from 'vitest';
import { SingleFlight } from '../../../src/docker/single-flight.ts';

const never = new AbortController().signal;

const fail = (): Promise<string> => Promise.reject(new Error('broken'));

function counted(): { runs: number; work: () => Promise<string>; finish: (value: string) => void } {
  const { promise, resolve } = Promise.withResolvers<string>();
  const state = { runs: 0, work: () => ((state.runs += 1), promise), finish: resolve };
  return state;
}

test('work of one key runs once, and everybody hears its progress', async () => {
  const flights = new SingleFlight<string>();
  const { promise, resolve } = Promise.withResolvers<string>();
  let runs = 0;
  const work = async (progress: (line: string) => void): Promise<string> => {
    runs += 1;
    await promise;
    progress('working');
    return 'done';
  };
  const heard: string[] = [];
  const first = flights.run('a', work, (line) => heard.push(`1 ${line}`), never);
  const second = flights.run('a', work, (line) => heard.push(`2 ${line}`), never);
  resolve('go');
  expect(await Promise.all([first, second])).toEqual(['done', 'done']);
  expect(runs).toBe(1);
  expect(heard).toEqual(['1 working', '2 working']);
});

test('who joins later hears first what was said last', async () => {
  const flights = new SingleFlight<string>();
  const { promise, resolve } = Promise.withResolvers<string>();
  const work = (progress: (line: string) => void): Promise<string> => {
    progress('waiting');
    progress('working');
    return promise;
  };
  const heard: string[] = [];
  const first = flights.run('a', work, (line) => heard.push(`1 ${line}`), never);
  const second = flights.run('a', work, (line) => heard.push(`2 ${line}`), never);
  resolve('done');
  await Promise.all([first, second]);
  expect(heard).toEqual(['1 working', '2 working']);
});

test('other keys, and the same key later, run on their own', async () => {
  const flights = new SingleFlight<string>();
  let runs = 0;
  const work = async (): Promise<string> => String((runs += 1));
  expect(await flights.run('a', work, () => {}, never)).toBe('1');
  expect(await flights.run('b', work, () => {}, never)).toBe('2');
  expect(await flights.run('a', work, () => {}, never)).toBe('3');
});

test('one caller that is aborted leaves the others the work', async () => {
  const flights = new SingleFlight<string>();
  const job = counted();
  const controller = new AbortController();
  const leaving = flights.run('a', job.work, () => {}, controller.signal);
  const staying = flights.run('a', job.work, () => {}, never);
  controller.abort(new Error('gone'));
  await expect(leaving).rejects.toThrow('gone');
  job.finish('kept');
  expect(await staying).toBe('kept');
  expect(job.runs).toBe(1);
});

test('the work is aborted with its last caller, and a later caller starts again', async () => {
  const flights = new SingleFlight<string>();
  const controller = new AbortController();
  let signal: AbortSignal | null = null;
  const hanging = flights.run(
    'a',
    (_progress, given) => {
      signal = given;
      return new Promise(() => {});
    },
    () => {},
    controller.signal,
  );
  controller.abort(new Error('gone'));
  await expect(hanging).rejects.toThrow('gone');
  expect((signal as AbortSignal | null)?.aborted).toBe(true);
  expect(
    await flights.run(
      'a',
      async () => 'anew',
      () => {},
      never,
    ),
  ).toBe('anew');
});

test('a failure reaches every caller', async () => {
  const flights = new SingleFlight<string>();
  await expect(flights.run('a', fail, () => {}, never)).rejects.toThrow('broken');
});
