import { execFile, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandWorks } from '../../../src/docker/host/command.ts';
import { pathOf } from '../../harness.ts';

const run = promisify(execFile);
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Reads lengths and texts from stdin, and writes each as a line of JSON. */
const PROGRAM = `
#include "json/json.h"
int main(void) {
  static char text[1 << 16];
  unsigned char head[2];
  while (fread(head, 1, 2, stdin) == 2) {
    size_t length = head[0] | (size_t)head[1] << 8;
    if (fread(text, 1, length, stdin) != length) return 1;
    json_string(stdout, text, length);
    putchar('\\n');
  }
  return 0;
}
`;

const hasCompiler = await commandWorks('gcc', '--version');

describe.skipIf(!hasCompiler)('a text as JSON', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'matrix-json-'));
    const source = join(folder, 'main.c');
    await writeFile(source, PROGRAM);
    const images = pathOf('images');
    const options = ['-std=gnu99', '-O1', '-fsanitize=address,undefined', '-fno-sanitize-recover=all'];
    await run('gcc', [
      ...options,
      '-I',
      images,
      '-o',
      join(folder, 'json'),
      source,
      join(images, 'json/json.c'),
    ]);
  });
  afterAll(() => rm(folder, { recursive: true }));

  function written(texts: readonly Uint8Array[]): readonly unknown[] {
    const input = texts.flatMap((text) => [Uint8Array.of(text.length & 255, text.length >> 8), text]);
    const { stdout, stderr, status } = spawnSync(join(folder, 'json'), { input: Buffer.concat(input) });
    expect([status, stderr.toString()]).toEqual([0, '']);
    const lines = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(stdout).split('\n');
    return lines.slice(0, -1).map((line) => JSON.parse(line) as unknown);
  }

  it('is the text, whatever its bytes are, with U+FFFD for those that are not UTF-8', () => {
    // Bytes on both sides of every bound of UTF-8, far more often than chance would have them.
    const telling = [
      0x00, 0x1f, 0x22, 0x5c, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed,
      0xef, 0xf0, 0xf4, 0xf5, 0xff,
    ];
    const byte = fc.oneof(fc.integer({ min: 0, max: 255 }), fc.constantFrom(...telling));
    const text = fc.array(byte, { maxLength: 40 }).map((bytes) => Uint8Array.from(bytes));
    fc.assert(
      fc.property(fc.array(text, { minLength: 200, maxLength: 400 }), (texts) => {
        expect(written(texts)).toEqual(texts.map((bytes) => decoder.decode(bytes)));
      }),
      { numRuns: 20 },
    );
  });

  it('keeps every character', () => {
    const texts = [
      '"quoted" \\ and\nbroken\u0000\u001f\u007f',
      'Zürich 日本 🦀 \u0080\u07ff\u0800\uffff\u{10ffff}',
    ];
    expect(written(texts.map((text) => new TextEncoder().encode(text)))).toEqual(texts);
  });
});
