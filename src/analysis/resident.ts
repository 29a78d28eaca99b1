import type { Sample } from '../domain/sample.ts';
import type { Resident } from '../domain/verdict.ts';

/** Anonymous resident memory beyond what is live; below zero where live memory was never touched. */
const beyond = ({ anonBytes, mallocBytes, slotBytes }: Sample): number =>
  (anonBytes ?? 0) - mallocBytes - slotBytes;

/**
 * What the allocator holds at the end (memory that was never touched counts as little as it did at the start), what
 * trims gave back, and the peak. Null where nothing of it was read.
 */
export function residentOf(samples: readonly Sample[]): Resident | null {
  const read = samples.filter(({ anonBytes }) => anonBytes !== null);
  const first = read[0];
  const last = read.at(-1);
  if (first === undefined || last === undefined) return null;
  const trims = read.map(({ untrimmedBytes, rssBytes }) => (untrimmedBytes ?? 0) - (rssBytes ?? 0));
  return {
    heldBytes: Math.max(0, beyond(last) - Math.min(0, beyond(first))),
    trimmedBytes: Math.max(0, ...trims),
    peakBytes: Math.max(0, ...samples.map(({ peakBytes }) => peakBytes ?? 0)),
  };
}
