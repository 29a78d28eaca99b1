import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document } from 'yaml';
import { messageOf } from '../../domain/message-of.ts';
import type { Result } from '../../domain/result.ts';

/** A parsed text, with the lines of its values. */
export interface YamlText {
  readonly value: unknown;
  readonly lineOf: (path: readonly PropertyKey[]) => number;
}

/** Reads YAML with every scalar as text (2.10 is a release here, not the number 2.1), and remembers the lines. */
export function readYaml(text: string): Result<YamlText, { readonly line: number }> {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    const { line } = lines.linePos(error.pos[0]);
    const key = /^[^:\s]+/.exec(text.slice(error.pos[0]))?.[0] ?? 'a key';
    const message = error.code === 'DUPLICATE_KEY' ? `${key} appears twice here; remove one` : error.message;
    return { ok: false, line, message: `not valid YAML: ${message}` };
  }
  try {
    const value: unknown = document.toJS();
    return { ok: true, value: { value, lineOf: (path) => lineOf(document, lines, path) } };
  } catch (error_) {
    const message = messageOf(error_);
    return { ok: false, line: 1, message: `not valid YAML: ${message}` };
  }
}

/** Finds the line (from 1) of the key or item at `path`, or of the nearest existing one above it. */
function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range?.[0] ?? 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined || !isScalar(pair.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node)) {
      node = node.items[Number(step)];
      if (hasRange(node)) offset = node.range[0];
    } else break;
  }
  return lines.linePos(offset).line;
}

function hasRange(node: unknown): node is { readonly range: readonly [number, number, number] } {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range);
}
