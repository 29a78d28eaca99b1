import { accepts } from 'hono/accepts';
import type { Ctx } from '../context.ts';

const HTML = 'text/html';
const JSON_TYPE = 'application/json';

/**
 * Returns whether a page is wanted rather than JSON: a browser names text/html, a program names JSON, anything or
 * nothing.
 */
export function wantsPage(c: Ctx): boolean {
  return accepts(c, { header: 'Accept', supports: [JSON_TYPE, HTML], default: JSON_TYPE }) === HTML;
}

/** Returns the form in which events are wanted; server-sent events where nothing else is named. */
export function wantsLines(c: Ctx): boolean {
  const lines = ['application/x-ndjson', 'application/ndjson', 'application/jsonl'];
  const supports = ['text/event-stream', ...lines];
  return lines.includes(accepts(c, { header: 'Accept', supports, default: 'text/event-stream' }));
}
