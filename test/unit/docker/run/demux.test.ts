import { expect, test } from 'vitest';
import { Demux } from '../../../../src/docker/run/demux.ts';

function frame(stream: number, payload: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream;
  header.writeUInt32BE(Buffer.byteLength(payload), 4);
  return Buffer.concat([header, Buffer.from(payload)]);
}

function read(chunks: readonly Buffer[]): { stdout: string; stderr: string } {
  const demux = new Demux();
  const seen = { stdout: '', stderr: '' };
  for (const chunk of chunks) {
    for (const { stream, bytes } of demux.push(chunk)) seen[stream] += Buffer.from(bytes).toString('latin1');
  }
  return seen;
}

const stream = Buffer.concat([frame(1, 'one\n'), frame(2, 'oops\n'), frame(1, ''), frame(1, 'two\n')]);

test('takes both streams apart', () => {
  expect(read([stream])).toEqual({ stdout: 'one\ntwo\n', stderr: 'oops\n' });
});

test('does not care where the connection cuts the stream', () => {
  for (let size = 1; size <= stream.length; size += 1) {
    const chunks: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) chunks.push(stream.subarray(at, at + size));
    expect(read(chunks), `chunks of ${size} bytes`).toEqual({ stdout: 'one\ntwo\n', stderr: 'oops\n' });
  }
});

test('passes on a large frame piece by piece, without gathering it', () => {
  const demux = new Demux();
  const header = Buffer.from([1, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
  expect(demux.push(header)).toEqual([]);
  const piece = Buffer.alloc(64 * 1024, 'x');
  const [part] = demux.push(piece);
  expect(part?.bytes.length).toBe(piece.length);
  expect(part?.bytes.buffer).toBe(piece.buffer);
});

test('takes ten thousand tiny frames in one chunk', () => {
  const many = Buffer.concat(Array.from({ length: 10_000 }, () => frame(1, 'x')));
  expect(read([many]).stdout).toBe('x'.repeat(10_000));
});

test('says what it saw when the stream is not framed', () => {
  expect(() => new Demux().push(Buffer.from('HTTP/1.1 500'))).toThrow(/48 54 54 50/);
});
