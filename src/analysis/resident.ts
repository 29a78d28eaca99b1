import type { Sample } from '../domain/measurement/sample.ts';
import type { HeldWith, Resident } from '../domain/measurement/verdict.ts';

/**
 * Calculates anonymous resident memory beyond what is live; below zero where live memory was never touched.
 */
const beyond = ({ anonBytes, mallocBytes, slotBytes }: Sample): number =>
  (anonBytes ?? 0) - mallocBytes - slotBytes;

/** Calculates the bytes of free slots in Ruby's heap. */
const freeSlots = ({ heapPageBytes, slotBytes }: Sample): number =>
  Math.max(0, (heapPageBytes ?? 0) - slotBytes);

/**
 * Summarises resident memory: what is held at the end (live memory that was never touched is allowed for),
 * what trims returned, and the peak. Null where nothing of it was read.
 */
export function residentOf(samples: readonly Sample[]): Resident | null {
  const read = samples.filter(({ anonBytes }) => anonBytes !== null);
  const first = read[0];
  const last = read.at(-1);
  if (first === undefined || last === undefined) return null;
  const trims = read.map(({ untrimmedBytes, rssBytes }) => (untrimmedBytes ?? 0) - (rssBytes ?? 0));
  // Free slots were certainly touched, whatever else was not.
  const heldBytes = Math.max(freeSlots(last), beyond(last) - Math.min(0, beyond(first)));
  return {
    heldBytes,
    trimmedBytes: Math.max(0, ...trims),
    peakBytes: Math.max(0, ...samples.map(({ peakBytes }) => peakBytes ?? 0)),
    codeBytes: Math.max(0, ...read.map(({ codeBytes }) => codeBytes ?? 0)),
    freeSlotBytes: Math.min(heldBytes, freeSlots(last)),
    compared: [],
  };
}

/**
 * Estimates what the allocator keeps of freed memory, without free slots of Ruby's heap: the median of the
 * later readings.
 */
export function keptByAllocator(samples: readonly Sample[]): number {
  const read = samples.filter(({ anonBytes }) => anonBytes !== null);
  const late = read
    .slice(Math.floor(read.length / 2))
    .map((sample) => Math.max(0, beyond(sample) - freeSlots(sample)))
    .toSorted((a, b) => a - b);
  return late[Math.floor(late.length / 2)] ?? 0;
}

/** Counts the most arenas that were seen, including the first; null where they were not read. */
export function arenasOf(samples: readonly Sample[]): number | null {
  const counts = samples.flatMap(({ arenas }) => arenas ?? []);
  return counts.length === 0 ? null : 1 + Math.max(...counts);
}

/** Blocks from which a thread counts as working; Ruby's own threads allocate hardly any. */
const WORKS = 1_000;

/** Tells whether several threads allocate: only then does the allocator make more than one arena. */
export function threadsAllocate(samples: readonly Sample[]): boolean {
  const [first] = samples;
  const last = samples.at(-1);
  return (last?.blocksByThreads ?? 0) - (first?.blocksByThreads ?? 0) >= WORKS;
}

/** Resident memory below this is not worth reporting. */
const WORTH_REPORTING = 16 * 2 ** 20;

/** Tells whether so much freed memory stays resident, or did between trims, that it may look like a leak. */
export const holdsMuch = ({ heldBytes, trimmedBytes, peakBytes }: Resident): boolean =>
  [heldBytes, trimmedBytes, peakBytes].some((bytes) => bytes >= WORTH_REPORTING);

/** Tells whether it is the allocator that keeps so much. */
export const allocatorHoldsMuch = ({ heldBytes, freeSlotBytes, trimmedBytes }: Resident): boolean =>
  [heldBytes - freeSlotBytes, trimmedBytes].some((bytes) => bytes >= WORTH_REPORTING);

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** Describes what stays resident, as parts of the evidence; none where there is little of it. */
export function describeResident(resident: Resident | null): readonly string[] {
  if (resident === null) return [];
  const { codeBytes } = resident;
  const code =
    codeBytes >= WORTH_REPORTING
      ? [`${megabytes(codeBytes)} are code of the JIT, which fills up to a limit (--yjit-exec-mem-size)`]
      : [];
  if (!holdsMuch(resident)) return code;
  const compared = comparedInWords(resident.compared);
  return [...code, 'not a leak: live bytes are flat', ...compared, partsOf(resident, compared.length > 0)];
}

function partsOf(resident: Resident, beside: boolean): string {
  const { heldBytes, freeSlotBytes, trimmedBytes, peakBytes } = resident;
  const slots =
    freeSlotBytes >= WORTH_REPORTING
      ? `, ${megabytes(freeSlotBytes)} of it free slots in pages of Ruby's heap`
      : '';
  const parts = [
    ...(heldBytes >= WORTH_REPORTING
      ? [`${megabytes(heldBytes)} of freed memory stay resident${slots}`]
      : []),
    ...(trimmedBytes >= WORTH_REPORTING ? [`malloc_trim gave back up to ${megabytes(trimmedBytes)}`] : []),
    ...(peakBytes >= WORTH_REPORTING
      ? [`up to ${megabytes(peakBytes)} of malloc were in use at a time and freed again`]
      : []),
  ];
  return `${beside ? 'in this cell, trimmed: ' : ''}${parts.join(', ')}`;
}

/**
 * Describes compared settings: `84 MB of freed memory stay in 16 arenas, 9 MB with MALLOC_ARENA_MAX=2`. One
 * text, or none where nothing was compared.
 */
export function comparedInWords(compared: readonly HeldWith[]): readonly string[] {
  const [first, ...others] = compared.filter(({ heldBytes }) => heldBytes !== null);
  if (first === undefined) return [];
  const rest = others.map((one) => `${amountOf(one)} with ${asApplied(one.setting)}`);
  const missing = compared.flatMap(({ setting, unavailable }) =>
    unavailable === null ? [] : [`${asApplied(setting)} was not compared: ${unavailable}`],
  );
  const where = first.arenas === null ? '' : ` in ${first.arenas} arena${first.arenas === 1 ? '' : 's'}`;
  return [[`${amountOf(first)} of freed memory stay${where}`, ...rest, ...missing].join(', ')];
}

const amountOf = ({ heldBytes, outOfMemory }: HeldWith): string =>
  outOfMemory
    ? `more than ${megabytes(heldBytes ?? 0)} (all that a cell may have)`
    : megabytes(heldBytes ?? 0);

/** Formats a setting as people apply it. */
function asApplied(setting: string): string {
  const [axis = '', value = ''] = setting.split('=');
  if (axis === 'arenas' && value !== 'default') return `MALLOC_ARENA_MAX=${value}`;
  return axis === 'allocator' ? value : setting;
}
