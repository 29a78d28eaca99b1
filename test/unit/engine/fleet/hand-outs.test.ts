import { expect, test } from 'vitest';
import { HandOuts } from '../../../../src/engine/fleet/hand-outs.ts';
import type { Carrier, Found, Work } from '../../../../src/engine/fleet/ports.ts';
import { MATRIX } from '../../cli/deps.ts';
import { aJob } from '../measure/a-job.ts';

const RUBY = MATRIX.rubies[0]!;
const NEVER = new AbortController().signal;
const failed = (reason: string): Found => ({ kind: 'failed', reason });

/** A carrier whose notes a test can see and take. */
class Pocket implements Carrier {
  readonly notes = new Map<string, string>();
  fails = false;
  async push(queue: string, attempt: string): Promise<void> {
    if (this.fails) throw new Error('full');
    this.notes.set(attempt, queue);
  }
  async whereabouts(_: string, attempt: string): Promise<'waits' | 'gone'> {
    return this.notes.has(attempt) ? 'waits' : 'gone';
  }
  async drop(_: string, attempt: string): Promise<void> {
    this.notes.delete(attempt);
  }
}

function parts(room = 10) {
  const pocket = new Pocket();
  const clock = { ms: 0, now: (): number => clock.ms, timestamp: () => '' };
  const held = new Set<string>();
  const given = { next: 0, void: 0, room, able: true };
  const handOuts = new HandOuts({
    carrier: pocket,
    clock,
    newAttempt: () => `attempt-${(given.next += 1)}`,
    room: () => given.room,
    isHeld: (attempt) => held.has(attempt),
    isAnybodyAble: () => given.able,
    onVoid: () => (given.void += 1),
  });
  return { pocket, clock, held, given, handOuts };
}

const workOf = (client: string): Work => ({
  kind: 'measure',
  job: { ...aJob(RUBY), client },
  watcher: { state: () => undefined, sample: () => undefined },
});

const any = (): boolean => true;
const queue = (): string => 'cells';

test('work goes to who takes its note, and the first result settles it', async () => {
  const { pocket, handOuts } = parts();
  const result = handOuts.handOut(workOf('a'), queue, NEVER);
  const [attempt = ''] = pocket.notes.keys();
  expect(handOuts.take(attempt, 'w1', any)?.worker).toBe('w1');
  expect(handOuts.take(attempt, 'w2', any)).toBeNull();
  expect(handOuts.settle(attempt, 'w2', failed('not mine'))).toBe(false);
  expect(handOuts.settle(attempt, 'w1', failed('mine'))).toBe(true);
  expect(handOuts.settle(attempt, 'w1', failed('again'))).toBe(false);
  expect(await result).toEqual(failed('mine'));
  expect(handOuts.counts).toEqual({ handedOut: 1, lost: 0, late: 2 });
});

test('what a lost worker had gets another secret, and after five losses it is abandoned', async () => {
  const { pocket, handOuts } = parts();
  const result = handOuts.handOut(workOf('a'), queue, NEVER);
  const seen = new Set<string>();
  for (let losses = 0; losses < 5; losses += 1) {
    const attempt = [...pocket.notes.keys()].at(-1) ?? '';
    expect(seen.has(attempt)).toBe(false);
    seen.add(attempt);
    expect(handOuts.take(attempt, `w${losses}`, any)).not.toBeNull();
    handOuts.lose(`w${losses}`);
    expect(handOuts.settle(attempt, `w${losses}`, failed('late'))).toBe(false);
  }
  expect(await result).toBe('lost-too-often');
  expect(handOuts.counts).toEqual({ handedOut: 5, lost: 5, late: 5 });
});

test('a closed one hands nothing more out, and takes the results of what runs', async () => {
  const { pocket, handOuts, clock } = parts();
  const [first] = [handOuts.handOut(workOf('a'), queue, NEVER), handOuts.handOut(workOf('b'), queue, NEVER)];
  const [one = '', other = ''] = pocket.notes.keys();
  handOuts.take(one, 'w1', any);
  handOuts.close();
  expect([pocket.notes.has(other), handOuts.take(other, 'w2', any)]).toEqual([false, null]);
  void handOuts.handOut(workOf('a'), queue, NEVER);
  clock.ms += 60_000;
  await handOuts.tend();
  expect([handOuts.waiting, pocket.notes.has(one), pocket.notes.size]).toEqual([2, true, 1]);
  expect(handOuts.settle(one, 'w1', failed('mine'))).toBe(true);
  expect(await first).toEqual(failed('mine'));
});

test('no more notes are pushed than there is room for', async () => {
  const { pocket, handOuts, given } = parts(2);
  for (let index = 0; index < 5; index += 1) void handOuts.handOut(workOf('a'), queue, NEVER);
  expect(pocket.notes.size).toBe(2);
  const [attempt = ''] = pocket.notes.keys();
  handOuts.take(attempt, 'w', any);
  expect(pocket.notes.size).toBe(3);
  given.room = 9;
  handOuts.pump();
  expect(pocket.notes.size).toBe(5);
});

test('a note that is gone, or could not be pushed, is pushed again', async () => {
  const { pocket, handOuts, clock } = parts();
  void handOuts.handOut(workOf('a'), queue, NEVER);
  pocket.notes.clear();
  clock.ms += 2_000;
  await handOuts.tend();
  expect([...pocket.notes.keys()]).toEqual(['attempt-2']);
  pocket.fails = true;
  void handOuts.handOut(workOf('a'), queue, NEVER);
  await handOuts.tend();
  pocket.fails = false;
  await handOuts.tend();
  expect(pocket.notes.size).toBe(2);
});

test('a note that a worker has and waits with is left to it', async () => {
  const { pocket, handOuts, clock, held } = parts();
  void handOuts.handOut(workOf('a'), queue, NEVER);
  held.add('attempt-1');
  pocket.notes.clear();
  clock.ms += 60_000;
  await handOuts.tend();
  expect(pocket.notes.size).toBe(0);
  expect(handOuts.take('attempt-1', 'w', any)).not.toBeNull();
});

test('what is aborted is withdrawn from the queue, or from its worker', async () => {
  const { pocket, handOuts, given } = parts();
  const [waiting, taken] = [new AbortController(), new AbortController()];
  const first = handOuts.handOut(workOf('a'), queue, waiting.signal);
  const second = handOuts.handOut(workOf('a'), queue, taken.signal);
  waiting.abort();
  expect(await first).toBeNull();
  expect([...pocket.notes.keys()]).toEqual(['attempt-2']);
  handOuts.take('attempt-2', 'w', any);
  taken.abort();
  expect(await second).toBeNull();
  expect(given.void).toBe(1);
  expect(handOuts.isWanted('attempt-2', 'w')).toBe(false);
});

test('a note of the client that has much running is used for another one, who came later', async () => {
  const { pocket, handOuts } = parts(2);
  for (const client of ['a', 'a', 'a', 'a']) void handOuts.handOut(workOf(client), queue, NEVER);
  const clientOf = (attempt: string): string | undefined => {
    const work = handOuts.take(attempt, `w-${attempt}`, any)?.work;
    return work?.kind === 'measure' ? work.job.client : undefined;
  };
  const next = (): string =>
    [...pocket.notes.keys()].find((one) => handOuts.of(one, `w-${one}`) === null) ?? '';
  expect(clientOf(next())).toBe('a');
  const b = handOuts.handOut(workOf('b'), queue, NEVER);
  const attempt = next();
  expect(clientOf(attempt)).toBe('b');
  expect(handOuts.settle(attempt, `w-${attempt}`, failed('done'))).toBe(true);
  expect(await b).toEqual(failed('done'));
  // Nothing of A was lost by that.
  const rest = [];
  for (let index = 0; index < 3; index += 1) rest.push(clientOf(next()));
  expect(rest).toEqual(['a', 'a', 'a']);
});

test('where nothing runs, clients take turns', async () => {
  const { pocket, handOuts } = parts(1);
  for (const client of ['a', 'a', 'a', 'b', 'b']) void handOuts.handOut(workOf(client), queue, NEVER);
  const order = [];
  for (let turn = 0; turn < 5; turn += 1) {
    const attempt = [...pocket.notes.keys()].at(-1) ?? '';
    const work = handOuts.take(attempt, 'w', any)?.work;
    order.push(work?.kind === 'measure' ? work.job.client : '');
    handOuts.settle(attempt, 'w', failed('done'));
  }
  expect(order.join('')).toBe('ababa');
});

test('work goes elsewhere when its queue has nobody any more', async () => {
  const { pocket, handOuts, clock } = parts();
  let route: string | null = 'host-a';
  void handOuts.handOut(workOf('a'), () => route, NEVER);
  expect([...pocket.notes.values()]).toEqual(['host-a']);
  route = null;
  clock.ms += 2_000;
  await handOuts.tend();
  expect(pocket.notes.size).toBe(0);
  route = 'cells';
  await handOuts.tend();
  expect([...pocket.notes.values()]).toEqual(['cells']);
});

test('work that only others could not do says so, and is abandoned after ten minutes', async () => {
  const { handOuts, clock, given } = parts();
  let route: string | null = null;
  let stuck = 0;
  const result = handOuts.handOut(
    workOf('a'),
    () => route,
    NEVER,
    () => (stuck += 1),
  );
  const wait = async (minutes: number): Promise<void> => {
    clock.ms += minutes * 60_000;
    await handOuts.tend();
  };
  // Without any worker it waits.
  given.able = false;
  await wait(0);
  await wait(60);
  given.able = true;
  await wait(0);
  await wait(9);
  // One was there for a moment.
  route = 'cells-arm64';
  await wait(0);
  route = null;
  await wait(0);
  await wait(9);
  expect([handOuts.waiting, stuck]).toEqual([1, 2]);
  await wait(2);
  expect(await result).toBe('no-worker');
  expect(handOuts.waiting).toBe(0);
});
