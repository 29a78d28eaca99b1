import { expect, test } from 'vitest';
import {
  cleanBound,
  POLICY,
  secondsForClean,
  secondsForLeak,
  secondsForSlowing,
} from '../../../src/analysis/policy.ts';

test('the longer a run, the larger the growth that is still clean, and never 8 bytes', () => {
  const bounds = [0, 1, 2, 3, 5, 8, 12, 20, 30, 600].map((seconds) => cleanBound(POLICY, seconds, 10, 0));
  expect(bounds).toEqual([...bounds].sort((a, b) => a - b));
  expect(bounds[0]).toBeGreaterThan(0);
  expect(bounds.at(-1)).toBeLessThan(8);
});

test('fewer iterations need more seconds, within limits', () => {
  expect(secondsForClean(POLICY, 40_000)).toBe(0.3);
  expect(secondsForClean(POLICY, 10_000)).toBe(0.9);
  expect(secondsForClean(POLICY, 2_500)).toBeCloseTo(2.73, 2);
  expect(secondsForClean(POLICY, 0)).toBe(7);
  expect(secondsForSlowing(POLICY, 40_000)).toBe(0.45);
  expect(secondsForSlowing(POLICY, 2_500)).toBeCloseTo(4, 9);
  const counts = [0, 1, 10, 100, 1_000, 10_000, 39_999, 40_000, 1e9];
  for (const needed of [
    counts.map((n) => secondsForClean(POLICY, n)),
    counts.map((n) => secondsForSlowing(POLICY, n)),
    counts.map((n) => secondsForLeak(POLICY, n, true)),
    counts.map((n) => secondsForLeak(POLICY, n, false)),
  ])
    expect(needed).toEqual([...needed].sort((a, b) => b - a));
});

test('a clean body of few iterations asks for about as much as growth that slows down', () => {
  for (const few of [1, 100, 999])
    expect(secondsForClean(POLICY, few)).toBeGreaterThan(0.85 * secondsForSlowing(POLICY, few));
});

test('a slow clean body is through long before the default budget of 30 seconds', () => {
  expect(POLICY.enoughSeconds).toBeLessThan(25);
});

test('the bound has a scale: an hour of slow iterations, a share of what heavy ones ask for', () => {
  expect(cleanBound(POLICY, 8, 300_000, 0)).toBeCloseTo(1_333, 0);
  expect(cleanBound(POLICY, 8, 300_000, 20e6)).toBeCloseTo(10_000, 0);
  expect(cleanBound(POLICY, 8, 300, 100_000)).toBe(cleanBound(POLICY, 8, 300, 0));
});
