import { expect, test } from 'vitest';
import { growingSizes } from '../../../src/analysis/growth.ts';
import { recorded } from './recorded.ts';
import { replay } from './families/simulated.ts';

const ENDED = { kind: 'budget', text: 'the budget of 12 seconds ended' } as const;

/** Case and ruby, cause, bytes per iteration from and to. A growing array or string is native until its memsize is read. */
test.each([
  ['require_pathname_load_path.2.4.3', 'native', 111.9, 112.1],
  ['alias_of_redefined_method.2.4.3', 'native', 63.9, 64.1],
  ['tracepoint_new.2.2.10', 'native', 64, 66],
  ['zlib_gunzip.2.4.3', 'native', 39_900, 40_000],
  ['weakmap_new.2.4.3', 'native', 32, 35],
  ['user_every_50th.2.4.3', 'objects', 101, 103],
  ['struct_named_redefined.2.4.3', 'objects', 2_800, 2_900],
  ['user_hash_unique_string_key.2.4.3', 'objects', 80, 130],
  ['user_class_registry.2.2.10', 'objects', 1_450, 1_550],
  ['user_array_append.2.4.3', 'native', 7, 14],
  ['user_string_append.2.2.10', 'native', 30, 60],
] as const)('%s leaks (%s)', (name, cause, least, most) => {
  const { verdict, early, seconds } = replay(recorded(name).samples, ENDED);
  expect(verdict).toMatchObject({ kind: 'leak', cause });
  const { perIteration, low, high } = verdict.growth!.malloc;
  expect(perIteration).toBeGreaterThan(least);
  expect(perIteration).toBeLessThan(most);
  expect(low).toBeGreaterThan(0);
  expect(low).toBeLessThanOrEqual(perIteration);
  expect(high).toBeGreaterThanOrEqual(perIteration);
  expect(early).toBe(true);
  expect(seconds).toBeLessThan(8);
});

/** Case and ruby, and the bytes per iteration that its clean verdict has to exclude at least. */
test.each([
  ['require_pathname_load_path.2.5.9', 0.1],
  ['alias_of_redefined_method.2.2.10', 0.1],
  ['zlib_gunzip.2.5.9', 0.1],
  ['neg_slow_warmup_20000.2.4.3', 0.1],
  ['neg_leak_then_stops.2.4.3', 0.1],
  ['neg_string_builder_reset.2.4.3', 2],
  ['neg_big_spike_every_97.2.4.3', 8],
  ['neg_array_sawtooth.2.2.10', 8],
  ['neg_ring_buffer_random_sizes.2.4.3', 8],
] as const)('%s is clean', (name, bound) => {
  const { verdict } = replay(recorded(name).samples, ENDED);
  expect(verdict.kind).toBe('clean');
  expect(verdict.smallestDetectable).toBeLessThanOrEqual(bound);
});

test('the sizes that grow name the block that leaks', () => {
  const [largest] = growingSizes(recorded('alias_of_redefined_method.2.4.3').histograms);
  expect(largest!.bytes).toBeLessThanOrEqual(64);
  expect(largest!.perIteration).toBeCloseTo(1, 2);
  expect(growingSizes(recorded('zlib_gunzip.2.5.9').histograms)).toEqual([]);
});

/** A run that ends by itself after `n` checkpoints, however many that are, is never called the opposite of what it is. */
test.each([
  ['require_pathname_load_path.2.4.3', 'clean'],
  ['user_every_50th.2.4.3', 'clean'],
  ['user_hash_unique_string_key.2.4.3', 'clean'],
  ['weakmap_new.2.4.3', 'clean'],
  ['neg_array_sawtooth.2.2.10', 'leak'],
  ['neg_ring_buffer_random_sizes.2.4.3', 'leak'],
  ['neg_big_spike_every_97.2.4.3', 'leak'],
  ['neg_string_builder_reset.2.4.3', 'leak'],
] as const)('cut short anywhere, %s is never called %s', (name, wrong) => {
  const { samples } = recorded(name);
  for (let n = 1; n <= samples.length; n++) {
    const cut = samples.slice(0, n);
    const { verdict } = replay(cut, { kind: 'script', text: "the script's loop ended by itself" });
    expect(verdict.kind, `after ${n} of ${samples.length} checkpoints`).not.toBe(wrong);
  }
});
