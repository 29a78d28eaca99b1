import { hashed } from './random.ts';
import type { At, Body } from './simulated.ts';

/** Bodies that don't leak, however much some look like it. */
export interface Lookalike {
  readonly name: string;
  readonly body: Body;
}

const COSTS = [0.2, 3, 20, 100, 300] as const;
const quiet = ({ random }: At): number => 20 * random.gauss();
const at = (
  name: string,
  body: (microseconds: number) => Omit<Body, 'microseconds'>,
  costs: readonly number[] = COSTS,
): Lookalike[] =>
  costs.map((microseconds) => ({
    name: `${name}, ${microseconds} µs`,
    body: { microseconds, ...body(microseconds) },
  }));

const noise = [0, 20, 500, 7_500, 40_000].flatMap((sd) => [
  ...at(`gaussian ${sd} B`, () => ({ malloc: (_n, { random }) => sd * random.gauss() })),
  ...at(`heavy-tailed ${sd} B`, () => ({ malloc: (_n, { random }) => sd * random.heavy() }), [0.2, 100]),
  ...at(
    `two levels ${sd} B`,
    () => ({ malloc: (_n, a) => (hashed(a.seed, Math.floor(a.index / 7)) > 0.5 ? sd : 0) + quiet(a) }),
    [3, 100],
  ),
  ...at(`random walk that reverts ${sd} B`, () => wandering(sd), [3, 100]),
]);

/** Makes a body whose neighbouring readings resemble each other, but none strays far. */
function wandering(sd: number): Omit<Body, 'microseconds'> {
  let now = 0;
  return {
    malloc: (n, { random }) => {
      now = n === 0 ? 0 : 0.9 * now + 0.44 * sd * random.gauss();
      return now;
    },
  };
}

const plateau = [4_000, 20_000].flatMap((full) =>
  [64, 1_000].flatMap((bytes) =>
    at(`fills ${full} entries of ${bytes} B`, () => ({
      malloc: (n, a) => Math.min(n, full) * bytes + quiet(a),
    })),
  ),
);

/** A pool that is filled with blocks of one size, without a new object for any. */
const pool = at(
  'fills 40000 places of exactly 64 B',
  () => ({ malloc: (n) => Math.min(n, 40_000) * 64, blocks: (n) => Math.min(n, 40_000) }),
  [0.2, 3, 10, 20],
);

const plateauOfObjects = at(
  'fills 20000 slots',
  () => ({ slots: (n) => Math.min(n, 20_000) }),
  [0.2, 20, 100],
);

const cache = [1_000, 10_000, 40_000].flatMap((size) =>
  [100, 2_000].flatMap((bytes) =>
    at(
      `cache of ${size} × ${bytes} B, hit at random`,
      () => ({ malloc: (n, a) => size * bytes * (1 - Math.exp(-n / size)) + quiet(a) }),
      [0.2, 3, 20, 100],
    ),
  ),
);

const sawtooth = [7, 100, 1_024, 30_000].flatMap((period) =>
  [64, 1_000].flatMap((bytes) =>
    at(
      `sawtooth of ${period} × ${bytes} B`,
      () => ({ malloc: (n, a) => (n % period) * bytes + quiet(a) }),
      [0.2, 3, 20, 100],
    ),
  ),
);

/** The period stays just beside the distance of the checkpoints, so that unjittered ones would see a slow rise. */
const resonant = [0.999, 1, 1.003, 2.01].flatMap((share) =>
  at(
    `sawtooth resonant with the checkpoints × ${share}`,
    () => ({ malloc: (_n, a) => 500_000 * ((a.seconds * 96 * share) % 1) + quiet(a) }),
    [3, 100],
  ),
);

const spikes = [
  ...at(
    '1 MB spike every 97th',
    () => ({ malloc: (n, a) => (n % 97 === 0 ? 2 ** 20 : 0) + quiet(a) }),
    [0.2, 20, 100],
  ),
  ...at(
    '100 kB spike at one checkpoint of 30',
    () => ({ malloc: (_n, a) => (a.random.next() < 1 / 30 ? 1e5 : 0) + quiet(a) }),
    [3, 100],
  ),
];

const steps = [1_000, 20_000, 60_000, 300_000].flatMap((when) =>
  at(
    `a table of 1 MB resized once at ${when}`,
    () => ({ malloc: (n, a) => (n >= when ? 2 ** 20 : 0) + quiet(a) }),
    [0.2, 20, 100],
  ),
);

const ring = [100, 5_000].flatMap((size) =>
  at(
    `ring of ${size} random sizes`,
    () => ({
      malloc: (n, a) =>
        Math.min(n, size) * 500 +
        (n < size ? 0 : Math.sqrt(size) * 290 * 1.7 * (hashed(a.seed, n) + hashed(a.seed, n + 1) - 1)),
    }),
    [0.2, 3, 20, 100],
  ),
);

const slowing = [
  ...[5_000, 100_000].flatMap((k) =>
    at(`ln n × ${k} B`, () => ({ malloc: (n, a) => k * Math.log1p(n) + quiet(a) }), [0.2, 3, 20, 100]),
  ),
  ...[1, 2].flatMap((rate) =>
    at(
      `creeps ${rate} B for 100000`,
      () => ({ malloc: (n, a) => rate * Math.min(n, 100_000) + quiet(a) }),
      [2, 6, 15],
    ),
  ),
  ...[1, 2].flatMap((rate) =>
    at(
      `creeps ${rate} B, decaying over 100000`,
      () => ({ malloc: (n, a) => rate * 50_000 * (1 - Math.exp(-n / 50_000)) + quiet(a) }),
      [2, 6, 15],
    ),
  ),
];

const resident = [
  ...[4e6, 30e6].flatMap((most) =>
    at(
      `fragmentation that saturates at ${most / 1e6} MB`,
      () => ({ outside: (_n, a) => most * (1 - Math.exp(-a.seconds / 2)) }),
      [3, 50],
    ),
  ),
  ...at('fragmentation ~ √t', () => ({ outside: (_n, a) => 8e6 * Math.sqrt(a.seconds) }), [3, 50]),
  ...at('resident memory comes and goes', () => ({ outside: (_n, a) => 2e7 * a.random.next() }), [3, 50]),
];

const awkward = [
  ...at(
    'fills 4000 entries beside a set-up of 300 MB',
    () => ({ setup: 3e8, collectMs: () => 40, malloc: (n, a) => Math.min(n, 4_000) * 500 + quiet(a) }),
    [20, 100],
  ),
  ...at(
    'what an outer iteration of 100000 gathers it lets go',
    () => ({ perOuter: 100_000, malloc: (n, a) => (n % 100_000) * 100 + quiet(a) }),
    [2, 20, 100],
  ),
  ...at(
    'objects that an outer iteration of 100000 gathers',
    () => ({ perOuter: 100_000, slots: (n) => n % 100_000 }),
    [2, 20, 100],
  ),
  ...at(
    'what the set-up left is given back',
    () => ({ setup: 12e6, malloc: (n, a) => -8e6 * (1 - Math.exp(-n / 40_000)) + quiet(a) }),
    [3, 20, 100],
  ),
  ...at(
    'noise of 500 B in slow bodies',
    () => ({ malloc: (_n, { random }) => 500 * random.gauss() }),
    [3_000, 20_000],
  ),
];

/** Caches with room for so many that a first look ends long before they are full. */
const lateCaches = [100_000, 250_000, 300_000, 400_000].flatMap((entries) => [
  ...at(
    `cache full at ${entries}`,
    () => ({ slots: (n) => 2 * Math.min(n, entries), malloc: (_n, a) => quiet(a) }),
    [0.5, 1, 2],
  ),
  ...at(
    `cache of ${entries} hit at random`,
    () => ({
      slots: (n) => Math.round(2 * entries * (1 - Math.exp(-n / entries))),
      malloc: (_n, a) => quiet(a),
    }),
    [0.3, 1],
  ),
]);

/** Heavy bodies: what one of them kept alive by chance is a lot, but nothing in an hour. */
const heavy = at(
  'a heavy body whose readings scatter by 2 kB',
  () => ({ malloc: (_n, { random }) => 2_000 * random.gauss() }),
  [50_000, 150_000, 300_000],
);

/** Threads that each hold megabytes for a moment: some of them are always caught by a checkpoint. */
const threads = at(
  'jobs of 2 MB in sixteen threads',
  () => ({ churn: 2e6, malloc: (_n, { random }) => 2e6 * random.next() }),
  [500, 1_000],
);

export const LOOKALIKES = {
  noise,
  plateau,
  pool,
  plateauOfObjects,
  cache,
  sawtooth,
  resonant,
  spikes,
  steps,
  ring,
  slowing,
  awkward,
  resident,
  lateCaches,
  heavy,
  threads,
} as const;
