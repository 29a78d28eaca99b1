import type { Sample } from '../../domain/measurement/sample.ts';
import { between, lastIteration, type Series } from './series.ts';
import { shareRising } from './shape.ts';

/** Slots that one chunk of the collector's mark stack holds, with some room. */
const SLOTS_PER_CHUNK = 450;
/** Chunks that may come and go by chance. */
const LOOSE = 16;

/**
 * Removes the chunks of the collector's mark stack from samples: their number depends on its last run, not on
 * what the script keeps. Blocks of that size that grow steadily, and faster than live slots explain, are the
 * script's own and stay.
 */
export function withoutMarkStack(samples: readonly Sample[]): readonly Sample[] {
  const last = samples.at(-1);
  if (last === undefined || samples.some(({ markBytes }) => markBytes === null)) return samples;
  const chunks = samples.map(({ iterations, markBytes }) => ({ x: iterations, y: chunksOf(markBytes) }));
  const window = between(chunks, lastIteration(chunks) / 2, lastIteration(chunks));
  const half = samples.find(({ iterations }) => iterations > last.iterations / 2) ?? last;
  const asked = LOOSE + Math.max(0, last.liveSlots - half.liveSlots) / SLOTS_PER_CHUNK;
  if (riseOf(window) > asked && shareRising(window) >= 0.75) return samples;
  return samples.map((sample) => ({
    ...sample,
    mallocBytes: sample.mallocBytes - (sample.markBytes ?? 0),
    mallocBlocks: sample.mallocBlocks - chunksOf(sample.markBytes),
    markBytes: 0,
  }));
}

/**
 * Bytes of a chunk of 501 words of eight bytes. On 32 bits it has half of that, which is near enough here.
 */
const CHUNK_BYTES = 4_016;
const chunksOf = (bytes: number | null): number => Math.round((bytes ?? 0) / CHUNK_BYTES);

const riseOf = (window: Series): number => (window.at(-1)?.y ?? 0) - (window[0]?.y ?? 0);
