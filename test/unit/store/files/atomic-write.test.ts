import fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StoreError } from '../../../../src/engine/ports.ts';
import { writeAtomically } from '../../../../src/store/files/atomic-write.ts';

let folder: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'matrix-write-'));
});
afterEach(async () => {
  vi.restoreAllMocks();
  await fs.rm(folder, { recursive: true, force: true });
});

test('makes the folder, replaces the file, leaves nothing else', async () => {
  const path = join(folder, 'a', 'b', 'run.json');
  await writeAtomically(path, 'one');
  await writeAtomically(path, 'two');
  expect(await fs.readFile(path, 'utf8')).toBe('two');
  expect(await fs.readdir(join(folder, 'a', 'b'))).toEqual(['run.json']);
});

test.each([
  ['ENOSPC', /the disk is full; free some space or choose another folder with --results DIR/],
  ['EACCES', /no permission; allow it for this user/],
  ['EROFS', /read-only; mount it writable/],
  ['EDQUOT', /quota/],
  ['EIO', /the system refused \(EIO\)/],
])('%s halfway through leaves the old text, no remains, and says what to do', async (code, message) => {
  const path = join(folder, 'run.json');
  await writeAtomically(path, 'old');
  const open = fs.open.bind(fs);
  vi.spyOn(fs, 'open').mockImplementation(async (...given) => {
    const file = await open(...given);
    vi.spyOn(file, 'sync').mockRejectedValue(Object.assign(new Error(code), { code }));
    return file;
  });
  const failure = await writeAtomically(path, 'new').catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(StoreError);
  expect(String(failure)).toMatch(message);
  expect(String(failure)).toContain(path);
  vi.restoreAllMocks();
  expect(await fs.readFile(path, 'utf8')).toBe('old');
  expect(await fs.readdir(folder)).toEqual(['run.json']);
});

test('a read-only file system is reported as that, though Node says of its folders that they are not there', async () => {
  const make = fs.mkdir.bind(fs);
  vi.spyOn(fs, 'mkdir').mockImplementation((async (path: string, options?: { recursive?: boolean }) => {
    // As seen on Linux: what is there may be "made", and what is missing fails in one of two ways.
    if (path === folder || (await fs.stat(path).catch(() => null)) !== null) return make(path, options);
    const code = options?.recursive === true ? 'ENOENT' : 'EROFS';
    throw Object.assign(new Error(code), { code });
  }) as typeof fs.mkdir);
  const failure = await writeAtomically(join(folder, 'a', 'b', 'run.json'), 'x').catch(
    (error: unknown) => error,
  );
  expect(String(failure)).toMatch(/read-only; mount it writable/);
});

test('a reader sees whole texts only, however often the file is replaced', async () => {
  const path = join(folder, 'run.json');
  const texts = Array.from('abcdefghij', (letter) => letter.repeat(200_000));
  await writeAtomically(path, texts[0] ?? '');
  const done = new AbortController();
  const seen = new Set<string>();
  const reader = (async () => {
    while (!done.signal.aborted) {
      const read = await fs.readFile(path, 'utf8');
      seen.add(texts.includes(read) ? 'whole' : `${read.length} characters of something else`);
    }
  })();
  for (const text of texts) await writeAtomically(path, text);
  done.abort();
  await reader;
  expect([...seen]).toEqual(['whole']);
});
