import type { At, Body } from './simulated.ts';

/** Bodies that leak, by name; `rate` in bytes per iteration (null where it has no constant one). */
export interface Leak {
  readonly name: string;
  readonly body: Body;
  readonly rate: number | null;
  readonly cause: 'native' | 'objects' | 'outside-malloc';
}

export const quiet = ({ random }: At): number => 20 * random.gauss();

/** Calculates the capacity of a buffer that grows by a factor. */
export const capacity = (used: number, factor: number, smallest: number): number => {
  let size = smallest;
  while (size < used) size = Math.ceil(size * factor);
  return size;
};
