import { capacity, quiet, type Leak } from './leak.ts';
import type { At } from './simulated.ts';

/** What keeps growing ever slower has no constant rate, and no end either. */
const slowing: Leak[] = [200, 3_000].flatMap((bytes) =>
  [0.2, 20, 100].map((microseconds) => ({
    name: `√n × ${bytes} B, ${microseconds} µs`,
    rate: null,
    cause: 'native' as const,
    body: {
      microseconds,
      malloc: (n: number, at: At) => bytes * Math.sqrt(n) + quiet(at),
      blocks: (n: number) => Math.sqrt(n) * 2,
    },
  })),
);

/** An object on every n²-th iteration. */
const everySquare: Leak[] = [0.2, 3, 20].map((microseconds) => ({
  name: `an object on every n²-th, ${microseconds} µs`,
  rate: null,
  cause: 'objects' as const,
  body: { microseconds, slots: (n: number) => Math.floor(Math.sqrt(n)), malloc: (_n, at) => quiet(at) },
}));

/** Bodies so slow that there are only a few dozen iterations, each of which keeps a slot or two. */
const few: Leak[] = [50_000, 100_000, 300_000].flatMap((microseconds) =>
  [1, 3].map((slots) => ({
    name: `exactly ${slots} slots, ${microseconds / 1_000} ms`,
    rate: 40 * slots,
    cause: 'objects' as const,
    body: { microseconds, slots: (n: number) => n * slots, malloc: (_n: number, at: At) => quiet(at) },
  })),
);

const table = (n: number): number => capacity(n * 36, 2, 4_096);

/** Two slots in a Hash: its table doubles in a few large blocks. */
const besideTable: Leak[] = [0.5, 3, 20].map((microseconds) => ({
  name: `two slots beside a table that doubles, ${microseconds} µs`,
  rate: 80,
  cause: 'objects' as const,
  body: {
    microseconds,
    slots: (n: number) => 2 * n,
    malloc: (n: number, at: At) => table(n) + quiet(at),
    blocks: () => 2,
    large: (n: number) => (table(n) < 32_768 ? { bytes: 0, blocks: 0 } : { bytes: table(n), blocks: 2 }),
  },
}));

/** Hundreds of kilobytes and more in each iteration: memory is gone before much is seen. */
const rushes: Leak[] = [2e6, 20e6, 60e6].map((bytes) => ({
  name: `${bytes / 1e6} MB in each iteration of 20 ms`,
  rate: bytes,
  cause: 'native' as const,
  body: {
    microseconds: 20_000,
    malloc: (n: number, at: At) => n * bytes + quiet(at),
    blocks: (n: number) => n,
    large: (n: number) => ({ bytes: n * bytes, blocks: n }),
  },
}));

/** Leaks that few iterations, tables or the end of memory hide, and those that become slower. */
export const HARDER = { slowing, everySquare, few, besideTable, rushes } as const;
