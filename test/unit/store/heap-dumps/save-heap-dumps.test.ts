import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readHere } from '../../../../src/engine/explain/leak-readers.ts';
import { StoreError } from '../../../../src/engine/ports.ts';
import { saveHeapDumps } from '../../../../src/store/heap-dumps/save-heap-dumps.ts';
import { klass, name, range, root, stream, text } from '../../explain/heap/a-dump.ts';

const READING = { kind: 'objects', cell: '3.3.8+yjit', scriptName: 'repro.rb', memoryMiB: 512 } as const;
const dump = (count: number): readonly string[] => [
  root('vm', 1),
  klass(1, 'String'),
  ...range(10, 10 + count).map((n) => text(n, 12)),
];
const DUMPS = [dump(100), dump(200), dump(400)];

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'matrix-dumps-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it.each([7, 4096, 1e6])('keeps what Ruby wrote, line for line, in chunks of %i bytes', async (size) => {
  const { readLeak, saved } = saveHeapDumps(readHere, join(folder, 'new', 'dumps'));
  const reader = readLeak(READING);
  const bytes = stream(DUMPS, [name(null, 10, 'constant A')]);
  for (let at = 0; at < bytes.length; at += size) await reader.push(bytes.slice(at, at + size));
  // Who reads them for the findings gets them as well.
  expect((await reader.result(8)).iterations).toBe(300);
  const paths = saved.get('3.3.8+yjit') ?? [];
  expect(paths).toEqual([1, 2, 3].map((mark) => join(folder, 'new', 'dumps', `3.3.8%2Byjit-${mark}.jsonl`)));
  const written = await Promise.all(paths.map((path) => readFile(path, 'utf8')));
  expect(written).toEqual(DUMPS.map((lines) => lines.map((line) => `${line}\n`).join('')));
});

it('has nothing of malloc, and nothing that was not asked for', async () => {
  const { readLeak, saved } = saveHeapDumps(readHere, folder);
  readLeak({ kind: 'native' }).leave();
  expect([await readdir(folder), saved.size]).toEqual([[], 0]);
});

it('says which folder cannot be written', async () => {
  const file = join(folder, 'file');
  await writeFile(file, '');
  expect(() => saveHeapDumps(readHere, join(file, 'dumps'))).toThrow(StoreError);
  expect(() => saveHeapDumps(readHere, join(file, 'dumps'))).toThrow(/--heap-dumps .*file.dumps: .*ENOTDIR/);
});
