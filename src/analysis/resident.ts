import type { Sample } from '../domain/sample.ts';
import type { Resident } from '../domain/verdict.ts';

/** What the allocator holds at the end, what trims gave back, and the peak. Null where nothing of it was read. */
export function residentOf(samples: readonly Sample[]): Resident | null {
  const last = samples.findLast(({ anonBytes }) => anonBytes !== null);
  if (last?.anonBytes === null || last === undefined) return null;
  const trims = samples.map(({ untrimmedBytes, rssBytes }) => (untrimmedBytes ?? 0) - (rssBytes ?? 0));
  return {
    heldBytes: Math.max(0, last.anonBytes - last.mallocBytes - last.slotBytes),
    trimmedBytes: Math.max(0, ...trims),
    peakBytes: Math.max(0, ...samples.map(({ peakBytes }) => peakBytes ?? 0)),
  };
}
