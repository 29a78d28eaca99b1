import type { Sample } from '../domain/measurement/sample.ts';
import type { HeldWith, Resident } from '../domain/measurement/verdict.ts';

/** Anonymous resident memory beyond what is live; below zero where live memory was never touched. */
const beyond = ({ anonBytes, mallocBytes, slotBytes }: Sample): number =>
  (anonBytes ?? 0) - mallocBytes - slotBytes;

/** Slots of Ruby's heap that nothing lives in. */
const freeSlots = ({ heapPageBytes, slotBytes }: Sample): number =>
  Math.max(0, (heapPageBytes ?? 0) - slotBytes);

/**
 * Returns what is held at the end (memory that was never touched counts as little as it did at the start), what trims
 * gave back, and the peak. Null where nothing of it was read.
 */
export function residentOf(samples: readonly Sample[]): Resident | null {
  const read = samples.filter(({ anonBytes }) => anonBytes !== null);
  const first = read[0];
  const last = read.at(-1);
  if (first === undefined || last === undefined) return null;
  const trims = read.map(({ untrimmedBytes, rssBytes }) => (untrimmedBytes ?? 0) - (rssBytes ?? 0));
  // Free slots were touched for sure, however much else was not.
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
 * Returns what the allocator keeps of freed memory, the free slots of Ruby's heap left out: the middle of its later
 * readings.
 */
export function keptByAllocator(samples: readonly Sample[]): number {
  const read = samples.filter(({ anonBytes }) => anonBytes !== null);
  const late = read
    .slice(Math.floor(read.length / 2))
    .map((sample) => Math.max(0, beyond(sample) - freeSlots(sample)))
    .toSorted((a, b) => a - b);
  return late[Math.floor(late.length / 2)] ?? 0;
}

/** Returns the most arenas that were seen, the first among them; null where it was not read. */
export function arenasOf(samples: readonly Sample[]): number | null {
  const counts = samples.flatMap(({ arenas }) => arenas ?? []);
  return counts.length === 0 ? null : 1 + Math.max(...counts);
}

/** Blocks from which a thread counts as working; Ruby's own threads allocate hardly any. */
const WORKS = 1_000;

/** Returns whether several threads allocate: only then does the allocator make more arenas than one. */
export function threadsAllocate(samples: readonly Sample[]): boolean {
  const [first] = samples;
  const last = samples.at(-1);
  return (last?.blocksByThreads ?? 0) - (first?.blocksByThreads ?? 0) >= WORKS;
}

/** Resident memory below this is not worth reporting. */
const WORTH_TELLING = 16 * 2 ** 20;

/** Returns whether freed memory stays resident, or did between trims, so much that it may be taken for a leak. */
export const holdsMuch = ({ heldBytes, trimmedBytes, peakBytes }: Resident): boolean =>
  [heldBytes, trimmedBytes, peakBytes].some((bytes) => bytes >= WORTH_TELLING);

/** Returns whether it is the allocator that holds it, and a trim or a look at one moment does not settle that. */
export const allocatorHoldsMuch = ({ heldBytes, freeSlotBytes, trimmedBytes }: Resident): boolean =>
  [heldBytes - freeSlotBytes, trimmedBytes].some((bytes) => bytes >= WORTH_TELLING);

const megabytes = (bytes: number): string => `${Math.round(bytes / 1e6)} MB`;

/** Describes what stays resident, as parts of the evidence; none where there is little of it. */
export function describeResident(resident: Resident | null): readonly string[] {
  if (resident === null) return [];
  const { codeBytes } = resident;
  const code =
    codeBytes >= WORTH_TELLING
      ? [`${megabytes(codeBytes)} are code of the JIT, which fills up to a limit (--yjit-exec-mem-size)`]
      : [];
  if (!holdsMuch(resident)) return code;
  const compared = comparedInWords(resident.compared);
  return [...code, 'not a leak: live bytes are flat', ...compared, partsOf(resident, compared.length > 0)];
}

function partsOf(resident: Resident, beside: boolean): string {
  const { heldBytes, freeSlotBytes, trimmedBytes, peakBytes } = resident;
  const slots =
    freeSlotBytes >= WORTH_TELLING
      ? `, ${megabytes(freeSlotBytes)} of it free slots in pages of Ruby's heap`
      : '';
  const parts = [
    ...(heldBytes >= WORTH_TELLING ? [`${megabytes(heldBytes)} of freed memory stay resident${slots}`] : []),
    ...(trimmedBytes >= WORTH_TELLING ? [`malloc_trim gave back up to ${megabytes(trimmedBytes)}`] : []),
    ...(peakBytes >= WORTH_TELLING
      ? [`up to ${megabytes(peakBytes)} of malloc were in use at a time and freed again`]
      : []),
  ];
  return `${beside ? 'in this cell, trimmed: ' : ''}${parts.join(', ')}`;
}

/** `84 MB of freed memory stay in 16 arenas, 9 MB with MALLOC_ARENA_MAX=2`: one text, or none where nothing was compared. */
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
