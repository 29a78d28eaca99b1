import { randomBytes } from 'node:crypto';
import { readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { z } from 'zod';
import { messageOf } from '../../domain/message-of.ts';
import { firstIssue } from '../../protocol/schemas/record-schema.ts';
import { errorCode, toStoreError } from './store-error.ts';

export type ReadJson<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'missing' }
  /** `message` names the file, what is wrong with it, and where it is now. */
  | { readonly kind: 'unusable'; readonly message: string };

/**
 * Reads a JSON file that carries `schema: 1`. A file that is not JSON is damaged and quarantined, so that it is
 * reported once and can be rescued by hand. JSON that does not fit is left where it is: the release that wrote it
 * knows values that this one does not.
 */
export async function readJson<T>(path: string, schema: z.ZodType<T>): Promise<ReadJson<T>> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return { kind: 'missing' };
    const failure = toStoreError(error, path);
    return { kind: 'unusable', message: messageOf(failure) };
  }
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = bytes.length === 0 ? 'it is empty' : `not JSON: ${messageOf(error)}`;
    return quarantine(path, reason);
  }
  const newer = schemaOf(value);
  if (newer !== null && newer > 1) {
    const message = `${path} was written by a newer release of matrix (schema ${newer}); read it with that one`;
    return { kind: 'unusable', message };
  }
  const checked = schema.safeParse(value);
  if (checked.success) return { kind: 'read', value: checked.data };
  const reason = firstIssue(checked.error);
  const message = `${path} does not fit this release of matrix (${reason}); it is left unchanged: read it with the release that wrote it`;
  return { kind: 'unusable', message };
}

function schemaOf(value: unknown): number | null {
  return typeof value === 'object' && value !== null && 'schema' in value && Number.isInteger(value.schema)
    ? Number(value.schema)
    : null;
}

async function quarantine(path: string, reason: string): Promise<{ kind: 'unusable'; message: string }> {
  const quarantined = `${basename(path)}.damaged-${randomBytes(3).toString('hex')}`;
  try {
    await rename(path, join(dirname(path), quarantined));
    return { kind: 'unusable', message: `${path} is damaged (${reason}); quarantined as ${quarantined}` };
  } catch {
    return {
      kind: 'unusable',
      message: `${path} is damaged (${reason}); delete it or restore it from a copy`,
    };
  }
}
