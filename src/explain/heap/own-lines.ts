import type { DumpMark } from './growth/object-ages.ts';
import type { NameLine } from './graph/labels.ts';
import type { PlaceLine } from './places.ts';

/** A line of the stream that is ours, not the heap dump's. */
export type OwnLine =
  | ({ readonly matrix: 'mark' } & DumpMark)
  | { readonly matrix: 'own'; readonly folder: string }
  | ({ readonly matrix: 'name' } & NameLine)
  | ({ readonly matrix: 'place' } & PlaceLine)
  | { readonly matrix: 'counted'; readonly lost: number }
  | { readonly matrix: 'lacks'; readonly text: string }
  | { readonly matrix: 'end' };

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** Reads `0x55…` as a number; null otherwise. */
function addressOf(value: unknown): number | null {
  return typeof value === 'string' && /^0x[0-9a-f]{1,13}$/i.test(value) ? Number(value) : null;
}

/** Reads one of our lines; null where it is malformed. */
export function readOwnLine(text: string): OwnLine | null {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof data !== 'object' || data === null) return null;
  const line = data as Record<string, unknown>;
  if (line['matrix'] === 'mark') return markOf(line);
  if (line['matrix'] === 'name') return nameOf(line);
  if (line['matrix'] === 'place') return placeOf(line);
  if (line['matrix'] === 'counted')
    return isCount(line['lost']) ? { matrix: 'counted', lost: line['lost'] } : null;
  if (line['matrix'] === 'own')
    return typeof line['folder'] === 'string' ? { matrix: 'own', folder: line['folder'] } : null;
  if (line['matrix'] === 'lacks')
    return typeof line['text'] === 'string' ? { matrix: 'lacks', text: line['text'] } : null;
  return line['matrix'] === 'end' ? { matrix: 'end' } : null;
}

function markOf({ mark, iterations, gc }: Record<string, unknown>): OwnLine | null {
  if (mark !== 1 && mark !== 2 && mark !== 3) return null;
  return isCount(iterations) && isCount(gc) ? { matrix: 'mark', mark, iterations, gc } : null;
}

function nameOf(line: Record<string, unknown>): OwnLine | null {
  const owner = line['owner'] === null ? null : addressOf(line['owner']);
  const object = addressOf(line['object']);
  const { label } = line;
  if (object === null || typeof label !== 'string' || (owner === null && line['owner'] !== null)) return null;
  return { matrix: 'name', owner, object, label };
}

function placeOf({ file, line, script, count, made, ...rest }: Record<string, unknown>): OwnLine | null {
  if (typeof file !== 'string' || !isCount(line) || !isCount(script)) return null;
  if (!isCount(count) || !isCount(made)) return null;
  return { matrix: 'place', file, line, script, count, made, classAddress: addressOf(rest['class']) };
}
