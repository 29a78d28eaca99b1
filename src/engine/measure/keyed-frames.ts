import { randomBytes } from 'node:crypto';
import { FrameReader } from '../../protocol/frame-reader.ts';
import type { Frame } from '../../protocol/frames.ts';

/** Makes a key for one container's frames. */
export const newFrameKey = (): string => randomBytes(8).toString('hex');

/** Reads the frames of a container that was given this key; yields null for lines that are no frames. */
export async function* framesOf(lines: AsyncIterable<string>, key: string): AsyncGenerator<Frame | null> {
  const reader = new FrameReader(key);
  for await (const line of lines) yield reader.read(line);
}
