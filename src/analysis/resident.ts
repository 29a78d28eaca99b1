import { rounded } from '../domain/digits.ts';
import type { Sample } from '../domain/measurement/sample.ts';
import type { Resident } from '../domain/measurement/verdict.ts';

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
    codeBytes: Math.max(0, ...read.map(({ codeBytes }) => codeBytes ?? 0)),
    arenas: null,
  };
}

/** The most that the allocator held before a trim. */
export const heldAtMost = (samples: readonly Sample[]): number =>
  Math.max(
    0,
    ...samples
      .filter(({ untrimmedBytes, rssBytes }) => untrimmedBytes !== null && rssBytes !== null)
      .map((sample) => beyond(sample) + (sample.untrimmedBytes ?? 0) - (sample.rssBytes ?? 0)),
  );

/** Blocks by which a thread is one that works; Ruby's own threads are handed out hardly any. */
const WORKS = 1_000;

/** Whether several threads allocate: only then does the allocator make more arenas than one. */
export function threadsAllocate(samples: readonly Sample[]): boolean {
  const [first] = samples;
  const last = samples.at(-1);
  return (last?.blocksByThreads ?? 0) - (first?.blocksByThreads ?? 0) >= WORKS;
}

/** Resident memory below this is nobody's question. */
const WORTH_TELLING = 16 * 2 ** 20;

const megabytes = (bytes: number): string => `${rounded(bytes / 1e6)} MB`;

/** What stays resident, as a part of the evidence: one text, or none where there is little of it. */
export function residentInWords(resident: Resident | null): readonly string[] {
  if (resident === null) return [];
  const { heldBytes, trimmedBytes, peakBytes, codeBytes, arenas } = resident;
  const parts = [
    ...(heldBytes >= WORTH_TELLING ? [`the allocator holds ${megabytes(heldBytes)} of freed memory`] : []),
    ...(trimmedBytes >= WORTH_TELLING ? [`malloc_trim gave back up to ${megabytes(trimmedBytes)}`] : []),
    ...(peakBytes >= WORTH_TELLING
      ? [`up to ${megabytes(peakBytes)} of malloc were in use at a time and freed again`]
      : []),
  ];
  const code =
    codeBytes >= WORTH_TELLING
      ? [`${megabytes(codeBytes)} are code of the JIT, which fills up to a limit (--yjit-exec-mem-size)`]
      : [];
  if (parts.length === 0) return code;
  return [
    ...code,
    `what stays resident is freed memory, not a leak: ${[...parts, ...arenasInWords(arenas).map((one) => `held are ${one}`)].join(', ')}`,
  ];
}

/** What more arenas than one make of it, as a part of a sentence; none where it was not compared. */
export function arenasInWords(arenas: Resident['arenas']): readonly string[] {
  if (arenas === null) return [];
  const many = arenas.manyOutOfMemory
    ? `more than the ${megabytes(arenas.manyBytes)} that a cell may have`
    : `up to ${megabytes(arenas.manyBytes)}`;
  const one = `up to ${megabytes(arenas.oneBytes)} with one arena (MALLOC_ARENA_MAX=1, as in all cells)`;
  return [`${one}, ${many} with as many as the allocator makes`];
}
