import { expect, test } from 'vitest';
import type { RunEvent } from '../../../../src/domain/run/event.ts';
import { EventLog, firstEventId, type EventReader } from '../../../../src/engine/service/event-log.ts';
import { record } from '../../report/records.ts';

const RUN = record([]);
const note = (text: string): RunEvent => ({ type: 'note', text });

async function readAll(reader: EventReader): Promise<readonly (readonly [number, string])[]> {
  const read: (readonly [number, string])[] = [];
  for (let one = await reader.next(); one !== null; one = await reader.next()) {
    read.push([one.id, one.event.type === 'note' ? one.event.text : one.event.type]);
  }
  return read;
}

function filled(count: number): EventLog {
  const log = new EventLog(100, () => RUN);
  for (let index = 0; index < count; index += 1) log.publish(note(String(index)));
  return log;
}

test('a new reader gets the present record, then what comes', async () => {
  const log = filled(3);
  const reader = log.read(null);
  log.publish(note('later'));
  log.close();
  expect(await readAll(reader)).toEqual([
    [102, 'run'],
    [103, 'later'],
  ]);
});

test('a reader who comes back gets what it missed', async () => {
  const log = filled(3);
  const reader = log.read(100);
  log.close();
  expect(await readAll(reader)).toEqual([
    [101, '1'],
    [102, '2'],
  ]);
});

test.each([[5], [99_999]])(
  'one who read until %i, which is not known, gets the present record',
  async (after) => {
    const log = filled(2000);
    const reader = log.read(after);
    log.close();
    expect(await readAll(reader)).toEqual([[2099, 'run']]);
  },
);

test('a reader who does not read costs a bounded number of events, and then gets the present record', async () => {
  const log = filled(0);
  const slow = log.read(null);
  const quick = log.read(null);
  await quick.next();
  for (let index = 0; index < 10_000; index += 1) {
    log.publish(note(String(index)));
    expect((await quick.next())?.id).toBe(100 + index);
  }
  log.close();
  const read = await readAll(slow);
  expect(read.length).toBeLessThan(800);
  expect(read.some(([id, what]) => what === 'run' && id > 9000)).toBe(true);
  expect(read.at(-1)).toEqual([10_099, '9999']);
});

test('the end wakes a reader who waits; one who left gets no more', async () => {
  const log = filled(1);
  const waiting = log.read(100);
  const end = waiting.next();
  const left = log.read(null);
  left.close();
  log.publish(note('after'));
  expect((await end)?.event).toEqual(note('after'));
  log.close();
  expect(await waiting.next()).toBeNull();
  expect(await left.next()).toBeNull();
});

test('numbers of a restarted service are above those from before', () => {
  const before = firstEventId('2026-11-23T07:15:02.000Z') + 60_000;
  expect(firstEventId('2026-11-23T07:15:03.000Z')).toBeGreaterThan(before);
});
