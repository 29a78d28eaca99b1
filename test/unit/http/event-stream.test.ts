import { expect, test, vi } from 'vitest';
import { EventLog } from '../../../src/engine/service/event-log.ts';
import { eventStream } from '../../../src/http/runs/event-stream.ts';
import { record } from '../report/records.ts';

const turn = async (): Promise<void> => {};
const log = (): EventLog => new EventLog(1, () => record([]));

test('a reader that takes nothing is cut off, and what it had is freed', async () => {
  const events = log();
  const ended = vi.fn<() => void>();
  const stream = eventStream(events.read(null), { format: 'sse', heartbeatMs: 10, stallMs: 60, turn, ended });
  const reader = stream.getReader();
  await reader.read();
  await expect.poll(() => ended.mock.calls.length).toBe(1);
  await expect(reader.read().then(() => reader.read())).rejects.toThrow('the reader takes nothing');
});

test('a reader that goes away is reported once', async () => {
  const ended = vi.fn<() => void>();
  const stream = eventStream(log().read(null), {
    format: 'ndjson',
    heartbeatMs: 10,
    stallMs: 1000,
    turn,
    ended,
  });
  const reader = stream.getReader();
  const first = new TextDecoder().decode((await reader.read()).value);
  expect(JSON.parse(first)).toMatchObject({ id: 0, type: 'run' });
  expect(new TextDecoder().decode((await reader.read()).value)).toBe('\n');
  await reader.cancel();
  expect(ended).toHaveBeenCalledTimes(1);
});

test('what a script printed cannot end an event or begin another', async () => {
  const events = log();
  const stream = eventStream(events.read(0), {
    format: 'sse',
    heartbeatMs: 1000,
    stallMs: 1000,
    turn,
    ended: () => {},
  });
  events.publish({ type: 'note', text: 'a\n\nevent: done\r\ndata: {}\u2028' });
  events.close();
  const text = await new Response(stream).text();
  expect(text.match(/^event: /gm)).toHaveLength(1);
  expect(text.match(/\n\n/g)).toHaveLength(1);
});
