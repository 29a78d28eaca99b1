import { MARK_CHUNK_BYTES, mostMarkChunks } from '../../domain/measurement/mark-stack.ts';
import type { Sample } from '../../domain/measurement/sample.ts';
import { between, lastIteration, type Series } from './series.ts';
import { shareRising } from './shape.ts';

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
  const asked = mostMarkChunks(last.liveSlots - half.liveSlots);
  if (riseOf(window) > asked && shareRising(window) >= 0.75) return samples;
  return samples.map((sample) => ({
    ...sample,
    mallocBytes: sample.mallocBytes - (sample.markBytes ?? 0),
    mallocBlocks: sample.mallocBlocks - chunksOf(sample.markBytes),
    markBytes: 0,
  }));
}

const chunksOf = (bytes: number | null): number => Math.round((bytes ?? 0) / MARK_CHUNK_BYTES);

const riseOf = (window: Series): number => (window.at(-1)?.y ?? 0) - (window[0]?.y ?? 0);
