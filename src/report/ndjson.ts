import type { RunEvent } from '../domain/event.ts';
import type { RunRecord } from '../domain/record.ts';
import { printableJson } from './printable.ts';

/** One event as one line of JSON, ending in a line break. */
export function ndjsonLine(event: RunEvent): string {
  return `${printableJson(JSON.stringify(event))}\n`;
}

/** A stored run as the events that are left of it: one line per cell, then the whole record. */
export function ndjson(run: RunRecord): string {
  const cells = run.cells.map((cell) => ndjsonLine({ type: 'cell', cell }));
  return [...cells, ndjsonLine({ type: 'done', run })].join('');
}
