import { accepts } from 'hono/accepts';
import type { Ctx } from '../context.ts';

const HTML = 'text/html';
const JSON_TYPE = 'application/json';

/**
 * Tells whether the client wants a page rather than JSON: browsers accept text/html; programs accept JSON,
 * anything, or say nothing.
 */
export function wantsPage(c: Ctx): boolean {
  return accepts(c, { header: 'Accept', supports: [JSON_TYPE, HTML], default: JSON_TYPE }) === HTML;
}

/** Tells whether the client wants events as lines of JSON; otherwise they are server-sent events. */
export function wantsLines(c: Ctx): boolean {
  const lines = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
  const supports = ['text/event-stream', ...lines];
  return lines.includes(accepts(c, { header: 'Accept', supports, default: 'text/event-stream' }));
}
