import pTimeout from 'p-timeout';
import type { EventReader, NumberedEvent } from '../../engine/service/event-log.ts';
import { printableJson } from '../../report/text/printable.ts';

export type StreamFormat = 'sse' | 'ndjson';

export interface StreamOptions {
  readonly format: StreamFormat;
  readonly heartbeatMs: number;
  /** A reader that takes nothing for this long is cut off. */
  readonly stallMs: number;
  /** Waits for this reader's turn, so that a hundred readers are not served at once. */
  readonly turn: () => Promise<void>;
  /** Called once when the stream is over. */
  readonly ended: () => void;
}

const encoder = new TextEncoder();

/**
 * Streams the events of a run as bytes, one at a time when the reader has taken the one before: what a slow
 * reader misses waits in the reader's bounded queue, not here.
 */
export function eventStream(events: EventReader, options: StreamOptions): ReadableStream<Uint8Array> {
  const { format, heartbeatMs, stallMs, turn, ended } = options;
  let next: Promise<NumberedEvent | null> | null = null;
  let stalled: NodeJS.Timeout | undefined;
  let over = false;
  const end = (): void => {
    clearTimeout(stalled);
    events.close();
    if (!over) ended();
    over = true;
  };
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        clearTimeout(stalled);
        next ??= events.next();
        const event = await pTimeout(next, { milliseconds: heartbeatMs, fallback: () => 'beat' as const });
        if (event !== 'beat') await turn();
        if (over) return;
        if (event === 'beat') controller.enqueue(encoder.encode(format === 'sse' ? ': heartbeat\n\n' : '\n'));
        else if (event === null) {
          end();
          controller.close();
          return;
        } else {
          next = null;
          controller.enqueue(bytesOf(event, format));
        }
        stalled = setTimeout(() => {
          end();
          controller.error(new Error('the reader takes nothing'));
        }, stallMs).unref();
      },
      cancel: end,
    },
    { highWaterMark: 1 },
  );
}

const written = {
  sse: new WeakMap<NumberedEvent, Uint8Array>(),
  ndjson: new WeakMap<NumberedEvent, Uint8Array>(),
};

/** Encodes an event once for all readers: records may be large. */
function bytesOf(numbered: NumberedEvent, format: StreamFormat): Uint8Array {
  const known = written[format].get(numbered);
  if (known !== undefined) return known;
  const { id, event } = numbered;
  const data = printableJson(JSON.stringify(event));
  const bytes = encoder.encode(
    format === 'ndjson'
      ? `{"id":${id},${data.slice(1)}\n`
      : `id: ${id}\nevent: ${event.type}\ndata: ${data}\n\n`,
  );
  written[format].set(numbered, bytes);
  return bytes;
}
