import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { Result } from '../../domain/result.ts';
import { fileProblem } from '../file-problem.ts';

/** Reads a script: a text file of at most `limitKiB`, in UTF-8. */
export async function readScript(path: string, limitKiB: number): Promise<Result<string>> {
  let bytes: Uint8Array;
  try {
    if ((await stat(path)).isDirectory()) {
      return { ok: false, message: `${path} is a folder: name the script in it` };
    }
    bytes = await readAtMost(path, limitKiB * 1024 + 1);
  } catch (error) {
    return { ok: false, message: fileProblem(error, path, 'read') };
  }
  return scriptText(path, bytes, limitKiB);
}

/** Checks that bytes are a script. `name` is its name in messages: a path, or `-e`. */
export function scriptText(name: string, bytes: Uint8Array, limitKiB: number): Result<string> {
  const fail = (problem: string): Result<string> => ({ ok: false, message: `${name} ${problem}` });
  if (bytes.length > limitKiB * 1024) {
    return fail(
      `is larger than ${limitKiB} KiB, the limit for a script (limits.scriptKiB in matrix.yaml): shorten it`,
    );
  }
  if (bytes.includes(0)) return fail('holds NUL bytes: it is a binary file, not a Ruby script');
  let text: string;
  try {
    // A byte order mark is dropped, as in Ruby.
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return fail('is not valid UTF-8: save it as UTF-8');
  }
  if (text.trim() === '') return fail('is empty: there is nothing to run');
  return { ok: true, value: text };
}

/** Reads no more than a bound, so that a device or an endless pipe ends too. */
async function readAtMost(path: string, bytes: number): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= bytes) break;
  }
  return Buffer.concat(chunks).subarray(0, bytes);
}
