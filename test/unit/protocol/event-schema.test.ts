import { expect, test } from 'vitest';
import type { RunEvent } from '../../../src/domain/run/event.ts';
import { parseEvent } from '../../../src/protocol/schemas/event-schema.ts';
import { cellNamed } from '../domain/cell-named.ts';
import { leak, record } from '../report/records.ts';

const { id: cell, ruby } = cellNamed('3.4.10+yjit');
const EVENTS: readonly RunEvent[] = [
  { type: 'run', run: record([leak('3.4.10+yjit')]) },
  { type: 'note', text: 'a note' },
  { type: 'cell-state', cell, ruby, state: 'measuring', detail: null },
  { type: 'sample', cell, ruby, iterations: 5, afterMs: 1, bytes: 2, liveSlots: 3, slope: null },
  { type: 'cell', cell: leak('3.4.10+yjit') },
];

test.each(EVENTS)('an event reads back as it was sent: $type', (event) => {
  expect(parseEvent(JSON.stringify(event))).toEqual(event);
});

test('a service from before cells had ids names the ruby, which is the id', () => {
  const sent = { type: 'cell-state', ruby: '2.3.6', state: 'measuring', detail: null };
  expect(parseEvent(JSON.stringify(sent))).toEqual({ ...sent, cell: '2.3.6' });
  const { id: _, settings: __, ...old } = leak('2.3.6');
  expect(parseEvent(JSON.stringify({ type: 'cell', cell: old }))).toMatchObject({
    cell: { id: '2.3.6', settings: {} },
  });
});

test('what is none is nothing', () => {
  expect(parseEvent('{')).toBeNull();
  expect(parseEvent('{"type":"later"}')).toBeNull();
});
