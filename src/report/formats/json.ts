import type { RunRecord } from '../../domain/run/record.ts';
import { printableJson } from '../text/printable.ts';
import type { RunEvent } from '../../domain/run/event.ts';

/**
 * Writes the record as indented JSON, ending in a line break; control characters of a script's output are
 * escaped.
 */
export function json(run: RunRecord): string {
  return `${printableJson(JSON.stringify(run, null, 2))}\n`;
}

/** Writes the records of several scripts as one list. */
export function jsonList(runs: readonly RunRecord[]): string {
  return `${printableJson(JSON.stringify(runs, null, 2))}\n`;
}

/** Writes one event as one line of JSON, ending in a line break. */
export function ndjsonLine(event: RunEvent): string {
  return `${printableJson(JSON.stringify(event))}\n`;
}

/** Writes a stored run as events: one line per cell, then the whole record. */
export function ndjson(run: RunRecord): string {
  const cells = run.cells.map((cell) => ndjsonLine({ type: 'cell', cell }));
  return [...cells, ndjsonLine({ type: 'done', run })].join('');
}
