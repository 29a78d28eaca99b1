import type { FleetView } from '../../engine/fleet/fleet.ts';

/** Counts the places of workers that can measure. */
export function placesOf({ workers }: FleetView): { readonly free: number; readonly taken: number } {
  const able = workers.filter(({ problem, leaving }) => problem === null && !leaving);
  const taken = able.reduce((sum, one) => sum + one.taken, 0);
  const all = able.reduce((sum, { places }) => sum + places, 0);
  return { free: Math.max(0, all - taken), taken };
}
