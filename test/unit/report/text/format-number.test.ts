import { describe, expect, it } from 'vitest';
import {
  formatBound,
  formatMicroseconds,
  formatRate,
  formatSize,
  formatSlope,
} from '../../../../src/report/text/format-number.ts';
import { slope } from '../records.ts';

describe('numbers', () => {
  it.each([
    [64.08, '64'],
    [39_952.3, '39,952'],
    [9.96, '10'],
    [9.94, '9.9'],
    [8.04, '8'],
    [0.52, '0.5'],
    [0.0213, '0.021'],
    [0, '0'],
    [-0.00001, '0'],
    [-3.26, '-3.3'],
    [Number.NaN, '?'],
  ])('writes the rate %d as %s', (value, text) => {
    expect(formatRate(value)).toBe(text);
  });

  it.each([
    [0.41, '0.5'],
    [0.4, '0.4'],
    [12.1, '13'],
    [0.012, '0.02'],
    [1, '1'],
  ])('rounds the bound %d up to %s', (value, text) => {
    expect(formatBound(value)).toBe(text);
  });

  it.each([
    [slope(64.083, 0.061), '64.08 ± 0.06'],
    [slope(39_950, 120), '39,950 ± 120'],
    [slope(-0.01, 0.2), '0.0 ± 0.2'],
    [slope(64, 0), '64 ± 0'],
    [slope(64, 0.00001), '64.000 ± 0.001'],
    [{ ...slope(5), low: -Infinity }, '5 ± ?'],
  ])('writes a slope with the decimals its interval is worth: %#', (value, text) => {
    expect(formatSlope(value)).toBe(text);
  });

  it.each([
    [0.034, '0.034 µs'],
    [24.91, '24.9 µs'],
    [250.4, '250 µs'],
    [1300, '1.3 ms'],
    [2_400_000, '2.4 s'],
  ])('writes %d µs as %s', (value, text) => {
    expect(formatMicroseconds(value)).toBe(text);
  });

  it.each([
    [0.4, '0.4 bytes'],
    [1, '1 byte'],
    [900, '900 bytes'],
    [999.9, '1 KB'],
    [2048, '2 KB'],
    [24e6, '24 MB'],
    [1.54e9, '1.5 GB'],
  ])('writes %d bytes as %s', (value, text) => {
    expect(formatSize(value)).toBe(text);
  });

  it('rounds a size that is a bound up', () => {
    expect([2001, 24_000_001, 12_300_000].map((bytes) => formatSize(bytes, 'up'))).toEqual([
      '2.1 KB',
      '25 MB',
      '13 MB',
    ]);
  });
});
