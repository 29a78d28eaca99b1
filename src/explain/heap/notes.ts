import type { DumpReader } from './dump-reader.ts';

const count = (lines: number): string => (lines === 1 ? 'one line' : `${lines} lines`);

/** Describes what was missing in the stream or could not be used. */
export function notesOf(reader: DumpReader, restBytes: number): readonly string[] {
  const notes = [...reader.lacks];
  const dumps = reader.marks.length;
  if (dumps < 3) notes.push(`the heap dumps broke off: ${dumps} of 3 came, which is not enough to compare`);
  else if (!reader.hasEnded || restBytes > 0) notes.push('the heap dumps broke off before their end');
  if (reader.unreadable > 0) notes.push(`${count(reader.unreadable)} of the heap dumps could not be read`);
  if (reader.heap.slots.isFull) notes.push('the heap is too large: some of its objects were left out');
  return notes;
}
