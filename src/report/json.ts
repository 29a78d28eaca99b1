import type { RunRecord } from '../domain/record.ts';
import { printableJson } from './printable.ts';

/** The record as indented JSON, ending in a line break; control characters of a script's output are escaped. */
export function json(run: RunRecord): string {
  return `${printableJson(JSON.stringify(run, null, 2))}\n`;
}

/** The records of several scripts as one list. */
export function jsonList(runs: readonly RunRecord[]): string {
  return `${printableJson(JSON.stringify(runs, null, 2))}\n`;
}
