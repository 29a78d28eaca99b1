import pTimeout from 'p-timeout';
import type { EventReader, NumberedEvent } from '../../engine/service/event-log.ts';
import type { RunEvent } from '../../domain/run/event.ts';
import { printableJson } from '../../report/text/printable.ts';

export type StreamFormat = 'sse' | 'ndjson';

export interface StreamOptions {
  readonly format: StreamFormat;
  readonly heartbeatMs: number;
  /** A reader that takes nothing for this long is cut off. */
  readonly stallMs: number;
  /** Called once when the stream is over, whoever ended it. */
  readonly ended: () => void;
}

const encoder = new TextEncoder();

/**
 * The events of a run as bytes, made one at a time when the reader has taken the one before: what a slow reader
 * misses waits in the reader's bounded queue, not here.
 */
export function eventStream(events: EventReader, options: StreamOptions): ReadableStream<Uint8Array> {
  const { format, heartbeatMs, stallMs, ended } = options;
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
        if (over) return;
        if (event === 'beat') controller.enqueue(encoder.encode(format === 'sse' ? ': heartbeat\n\n' : '\n'));
        else if (event === null) {
          end();
          controller.close();
          return;
        } else {
          next = null;
          controller.enqueue(encoder.encode(written(event, format)));
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

function written({ id, event }: NumberedEvent, format: StreamFormat): string {
  const data = jsonOf(event);
  if (format === 'ndjson') return `{"id":${id},${data.slice(1)}\n`;
  return `id: ${id}\nevent: ${event.type}\ndata: ${data}\n\n`;
}

const texts = new WeakMap<RunEvent, string>();

/** However many read an event, it is written once: records may be large. */
function jsonOf(event: RunEvent): string {
  const known = texts.get(event);
  if (known !== undefined) return known;
  const data = printableJson(JSON.stringify(event));
  texts.set(event, data);
  return data;
}
