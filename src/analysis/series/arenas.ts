import type { Sample } from '../../domain/measurement/sample.ts';

/** Size of a further arena of glibc, at a multiple of which it lies. */
const ARENA_BYTES = 64 * 2 ** 20;
/** Bytes that change sides from one reading to the next without having become resident. */
const MOVED = 0.75 * ARENA_BYTES;

/**
 * Samples in which no mapping counts as an arena that fills a gap of just an arena's size and place: what was resident
 * before cannot become an arena's at once. An arena of which something was seen before fills with what becomes resident.
 */
export function withoutFalseArenas(samples: readonly Sample[]): readonly Sample[] {
  let before: Sample | null = null;
  let taken = 0;
  return samples.map((sample) => {
    if (sample.anonBytes === null || sample.arenaBytes === null) return sample;
    const moved = before === null ? 0 : movedBytes(before, sample);
    if (Math.abs(moved) >= MOVED) taken = Math.max(0, taken + Math.round(moved / ARENA_BYTES));
    before = sample;
    return taken === 0 ? sample : { ...sample, arenaBytes: sample.arenaBytes - taken * ARENA_BYTES };
  });
}

/** Returns what arenas gained beyond what became resident, or lost beyond what went. */
function movedBytes(a: Sample, b: Sample): number {
  const arenas = (b.arenaBytes ?? 0) - (a.arenaBytes ?? 0);
  const resident = (b.anonBytes ?? 0) - (a.anonBytes ?? 0);
  return arenas > 0
    ? Math.max(0, arenas - Math.max(0, resident))
    : Math.min(0, arenas - Math.min(0, resident));
}
