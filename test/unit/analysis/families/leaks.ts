import { hashed } from './random.ts';
import { HARDER } from './harder-leaks.ts';
import { capacity, quiet, type Leak } from './leak.ts';
import type { At } from './simulated.ts';

const COSTS = [0.2, 3, 20, 300] as const;

const constant: Leak[] = [1, 2, 4, 8, 64, 2_000, 2 ** 20].flatMap((rate) =>
  // Nobody writes more than some 5 GB a second.
  COSTS.filter((cost) => rate / cost < 5_000).map((microseconds) => ({
    name: `${rate} B/iteration, ${microseconds} µs`,
    rate,
    cause: 'native',
    // Less than a block an iteration is a block now and then.
    body: { microseconds, malloc: (n, at) => Math.floor((n * rate) / 24) * 24 + quiet(at), blocks: (n) => n },
  })),
);

/** Makes bodies that keep so many bytes on every n-th iteration, each of another duration. */
function inChunks(bytes: number, every: number, costs: readonly number[]): readonly Leak[] {
  return costs.map((microseconds) => ({
    name: `${bytes} B every ${every}th, ${microseconds} µs`,
    rate: bytes / every,
    cause: 'native',
    body: {
      microseconds,
      malloc: (n, at) => Math.floor(n / every) * bytes + quiet(at),
      blocks: (n) => n / every,
    },
  }));
}

const rare: Leak[] = [
  [64, 10],
  [64, 100],
  [64, 1_000],
  [640, 100],
  [5_120, 50],
  [5_120, 1_000],
  [8_000, 1_000],
].flatMap(([bytes = 0, every = 1]) => inChunks(bytes, every, [0.2, 20, 100]));

/** Only where the start is inside of what is judged: no verdict is about iterations that were not run. */
const late: Leak[] = [
  [10_000, 0.2],
  [10_000, 5],
  [30_000, 0.2],
  [30_000, 5],
  [100_000, 0.2],
  [100_000, 2],
].map(([start, microseconds]) => ({
  name: `64 B/iteration from iteration ${start} on, ${microseconds} µs`,
  rate: 64,
  cause: 'native',
  body: { microseconds: microseconds!, malloc: (n, at) => Math.max(0, n - start!) * 64 + quiet(at) },
}));

const buffers: Leak[] = [2, 1.5].flatMap((factor) =>
  COSTS.slice(0, 3).flatMap((microseconds) => [
    {
      name: `array that doubles by ${factor}, ${microseconds} µs`,
      rate: null,
      cause: 'objects' as const,
      body: {
        microseconds,
        malloc: (n: number, at: At) => capacity(n * 8, factor, 128) + quiet(at),
        blocks: () => 1,
        memsize: (n: number) => capacity(n * 8, factor, 128),
      },
    },
    {
      name: `string that doubles by ${factor}, ${microseconds} µs`,
      rate: null,
      cause: 'objects' as const,
      body: {
        microseconds,
        malloc: (n: number, at: At) => capacity(n * 10, factor, 24) + quiet(at),
        blocks: () => 1,
        memsize: (n: number) => capacity(n * 10, factor, 24),
      },
    },
  ]),
);

const objects: Leak[] = COSTS.flatMap((microseconds) => [
  {
    name: `one slot, ${microseconds} µs`,
    rate: 40,
    cause: 'objects' as const,
    body: {
      microseconds,
      slots: (n: number) => n,
      malloc: (_n: number, at: At) => quiet(at),
      blocks: () => 0,
    },
  },
  {
    name: `one slot held in an array, ${microseconds} µs`,
    rate: null,
    cause: 'objects' as const,
    body: {
      microseconds,
      slots: (n: number) => n,
      malloc: (n: number, at: At) => capacity(n * 8, 1.5, 128) + quiet(at),
      blocks: () => 1,
    },
  },
  {
    name: `one slot with 100 B of malloc, ${microseconds} µs`,
    rate: 140,
    cause: 'objects' as const,
    body: {
      microseconds,
      slots: (n: number) => n,
      malloc: (n: number, at: At) => n * 100 + quiet(at),
      blocks: (n: number) => n,
    },
  },
  {
    name: `one slot every 20th with 30 blocks, ${microseconds} µs`,
    rate: 98,
    cause: 'objects' as const,
    body: {
      microseconds,
      slots: (n: number) => Math.floor(n / 20) * 2,
      malloc: (n: number, at: At) => Math.floor(n / 20) * 1_880 + quiet(at),
      blocks: (n: number) => (n / 20) * 30,
    },
  },
]);

const mixed: Leak[] = [
  {
    name: '64 B under a sawtooth of slots',
    rate: 64,
    cause: 'native',
    body: {
      microseconds: 10,
      malloc: (n, at) => n * 64 + quiet(at),
      blocks: (n) => n,
      slots: (n) => n % 3_000,
    },
  },
  {
    name: '8 B under noise of 2 kB',
    rate: 8,
    cause: 'native',
    body: { microseconds: 5, malloc: (n, { random }) => n * 8 + 2_000 * random.gauss() },
  },
  {
    name: '8 B under a filling cache of 4 MB',
    rate: 8,
    cause: 'native',
    body: { microseconds: 5, malloc: (n, at) => n * 8 + 4e6 * (1 - Math.exp(-n / 8_000)) + quiet(at) },
  },
  {
    name: '200 B under a ring buffer of 2,000 random sizes',
    rate: 200,
    cause: 'native',
    body: {
      microseconds: 10,
      malloc: (n, at) => n * 200 + 2_000 * 250 + 14_000 * (hashed(at.seed, n) + hashed(at.seed, n + 9) - 1),
    },
  },
  {
    name: '64 B, 1,000 in an outer iteration',
    rate: 64,
    cause: 'native',
    body: { microseconds: 18, perOuter: 1_000, malloc: (n, at) => n * 64 + quiet(at), blocks: (n) => n },
  },
];

const bursts: Leak[] = [
  [100_000, 10_000],
  [1_000_000, 20_000],
  [40_000, 5_000],
].flatMap(([bytes = 0, every = 1]) => inChunks(bytes, every, [0.2, 3, 20]));

const awkward: Leak[] = [
  {
    name: '1 MiB that is hardly touched, 8 µs',
    rate: 2 ** 20,
    cause: 'native',
    body: { microseconds: 8, touched: 0.012, malloc: (n) => n * (2 ** 20 + 4_096), blocks: (n) => n },
  },
  {
    name: '64 B while what the set-up left is given back',
    rate: null,
    cause: 'native',
    body: {
      microseconds: 20,
      setup: 12e6,
      malloc: (n, at) => n * 64 - 8e6 * (1 - Math.exp(-n / 40_000)) + quiet(at),
      blocks: (n) => n,
    },
  },
  {
    name: '64 B beside a set-up of 300 MB',
    rate: 64,
    cause: 'native',
    body: {
      microseconds: 20,
      setup: 3e8,
      malloc: (n, at) => n * 64 + quiet(at),
      blocks: (n) => n,
      collectMs: () => 40,
    },
  },
  {
    name: '2 kB beside a set-up of 300 MB',
    rate: 2_000,
    cause: 'native',
    body: {
      microseconds: 5,
      setup: 3e8,
      malloc: (n, at) => n * 2_000 + quiet(at),
      blocks: (n) => n,
      collectMs: () => 40,
    },
  },
  ...[2, 20, 200].map((microseconds) => ({
    name: `64 B, 100,000 in an outer iteration, ${microseconds} µs`,
    rate: 64,
    cause: 'native' as const,
    body: {
      microseconds,
      perOuter: 100_000,
      malloc: (n: number, at: At) => n * 64 + quiet(at),
      blocks: (n: number) => n,
    },
  })),
  ...[3_000, 20_000].map((microseconds) => ({
    name: `64 B in a body of ${microseconds / 1_000} ms`,
    rate: 64,
    cause: 'native' as const,
    body: { microseconds, malloc: (n: number, at: At) => n * 64 + quiet(at), blocks: (n: number) => n },
  })),
];

const outside: Leak[] = [3, 50].flatMap((microseconds) =>
  [2_000_000, 8_000_000].map((perSecond) => ({
    name: `outside malloc ${perSecond / 1e6} MB/s, ${microseconds} µs`,
    rate: null,
    cause: 'outside-malloc' as const,
    body: {
      microseconds,
      malloc: (_n: number, at: At) => quiet(at),
      outside: (n: number) => (n * microseconds * perSecond) / 1e6,
    },
  })),
);

export const LEAKS = {
  constant,
  rare,
  late,
  buffers,
  objects,
  mixed,
  bursts,
  awkward,
  outside,
  ...HARDER,
} as const;
