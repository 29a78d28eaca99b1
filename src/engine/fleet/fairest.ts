import type { HandOut } from './hand-out.ts';
import { jobsOf } from './encode-work.ts';

const clientOf = ({ work }: HandOut): string => jobsOf(work)[0]?.client ?? '';

/**
 * Chooses what a note is used for: of all that waits for the same queue, the work of the client that has the least
 * running; of several, what came first.
 */
export function fairest(noted: HandOut, all: readonly HandOut[]): HandOut {
  const { queue } = noted;
  const running = new Map<string, number>();
  for (const one of all)
    if (one.worker !== null) running.set(clientOf(one), (running.get(clientOf(one)) ?? 0) + 1);
  const load = (one: HandOut): number => running.get(clientOf(one)) ?? 0;
  const waiting = all.filter(
    (one) => one.worker === null && (one.queue ?? (one === noted ? queue : one.route())) === queue,
  );
  return waiting.reduce((best, one) => (load(one) < load(best) ? one : best), waiting[0] ?? noted);
}
