import type { Readable } from 'node:stream';
import { messageOf } from '../../domain/message-of.ts';
import { Demux } from './demux.ts';
import type { LineQueue } from './line-queue.ts';
import { LineSplitter } from './line-splitter.ts';
import type { Tail } from './tail.ts';

/**
 * Moves what a container writes into a queue of lines (stdout) and a tail of text (stderr), until it ends.
 * Reads no faster than the queue is emptied. Never rejects: a broken stream ends the lines, and the end of
 * the container shows the reason.
 */
export async function pump(source: Readable, lines: LineQueue, stderr: Tail): Promise<void> {
  const demux = new Demux();
  const splitter = new LineSplitter();
  try {
    for await (const chunk of source) {
      for (const part of demux.push(chunk as Buffer)) {
        if (part.stream === 'stderr') stderr.push(part.bytes);
        else for (const line of splitter.push(part.bytes)) await lines.push(line);
      }
    }
  } catch (error) {
    stderr.push(Buffer.from(`\n[output broke off: ${messageOf(error)}]`));
  }
  for (const line of splitter.end()) await lines.push(line);
  lines.close();
}
