import type { HandOut } from './hand-out.ts';
import { jobsOf } from './encode-work.ts';

/** Names the client whose turns a piece of work takes. */
export const clientOf = ({ work }: HandOut): string => jobsOf(work)[0]?.client ?? '';

/**
 * Chooses what a note is used for: of all that waits for the same queue, the work of the client that has the least
 * running; of several, that which has waited longest for its turn; of one client's, what came first.
 * @param served number of the last turn of each client
 */
export function fairest(
  noted: HandOut,
  all: readonly HandOut[],
  served: ReadonlyMap<string, number>,
): HandOut {
  const { queue } = noted;
  const running = new Map<string, number>();
  for (const one of all)
    if (one.worker !== null) running.set(clientOf(one), (running.get(clientOf(one)) ?? 0) + 1);
  const rank = (one: HandOut): readonly [number, number] => {
    const client = clientOf(one);
    return [running.get(client) ?? 0, served.get(client) ?? -1];
  };
  const waiting = all.filter(
    (one) => one.worker === null && (one.queue ?? (one === noted ? queue : one.route())) === queue,
  );
  let best = noted;
  let least = rank(noted);
  for (const one of waiting) {
    const [load, turn] = rank(one);
    const isBefore = load < least[0] || (load === least[0] && turn < least[1]);
    if (!isBefore) continue;
    best = one;
    least = [load, turn];
  }
  return best;
}
