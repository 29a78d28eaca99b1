import { expect, test } from 'vitest';
import { bytesPerIteration, megabytesPerHour } from '../../../../src/domain/measurement/hourly.ts';

test('what is nothing per iteration of 300 ms is a lot per microsecond', () => {
  expect(megabytesPerHour(2_000, 300_000)).toBeCloseTo(24, 9);
  expect(megabytesPerHour(0.05, 1)).toBeCloseTo(180, 9);
  expect(megabytesPerHour(64, 0)).toBe(0);
});

test('the two directions agree', () => {
  for (const microseconds of [0.2, 20, 300_000])
    expect(megabytesPerHour(bytesPerIteration(16, microseconds), microseconds)).toBeCloseTo(16, 9);
});
