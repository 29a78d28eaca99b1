/** Seeded randomness for canned series: the same seed gives the same readings everywhere. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Standard normal. */
  gauss(): number;
  /** Heavy-tailed, symmetric: Student's t with two degrees of freedom. */
  heavy(): number;
}

export function randomOf(seed: number): Random {
  let state = (seed * 2_654_435_761 + 97) >>> 0;
  const next = (): number => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const heavy = (): number => gauss() / Math.sqrt(-Math.log(1 - next()));
  return { next, gauss, heavy };
}

/** Makes a number that depends on `index` and seed only: for contents of ring buffers. */
export function hashed(seed: number, index: number): number {
  let t = (Math.imul(index + 1, 0x9e3779b1) ^ Math.imul(seed + 7, 0x85ebca6b)) >>> 0;
  t = Math.imul(t ^ (t >>> 15), 0x2c1b3c6d);
  t = Math.imul(t ^ (t >>> 12), 0x297a2d39);
  return ((t ^ (t >>> 15)) >>> 0) / 2 ** 32;
}
