import type { Candidate } from './candidates.ts';
import { eachNew, type NewObjects, type NewObjectGroups } from './groups.ts';
import type { Heap } from '../graph/heap.ts';

const MOST_SAMPLES = 64;

/** Chooses up to 64 objects of each candidate, spread evenly over the heap. */
export function samplesOf(
  heap: Heap,
  groups: NewObjectGroups,
  candidates: readonly Candidate[],
): ReadonlyMap<Candidate['group'], readonly number[]> {
  const samples = new Map<Candidate['group'], number[]>();
  const passed = new Map<NewObjects, number>();
  for (const { group } of candidates) {
    samples.set(group, 'ids' in group ? group.ids.slice(0, MOST_SAMPLES) : []);
    if (!('ids' in group)) passed.set(group, 0);
  }
  eachNew(heap, (id) => {
    const group = groups.of(id);
    const before = passed.get(group);
    if (before === undefined) return;
    passed.set(group, before + 1);
    const every = Math.max(1, Math.ceil((group.first + group.second) / MOST_SAMPLES));
    // Not every n-th: classes and their singleton classes take turns in the heap.
    const chosen = (Math.floor(before / every) * 7919) % every;
    if (before % every === chosen) samples.get(group)?.push(id);
  });
  return samples;
}
