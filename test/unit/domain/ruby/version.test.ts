import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareToPrefix,
  compareVersions,
  formatVersion,
  parseVersion,
  parseVersionPrefix,
  releaseSeries,
} from '../../../../src/domain/ruby/version.ts';

const part = fc.nat({ max: 99_999 });
const anyVersion = fc.record({ major: part, minor: part, patch: part });

test('a release reads back as it was written', () => {
  fc.assert(
    fc.property(anyVersion, (version) => {
      expect(parseVersion(formatVersion(version))).toEqual(version);
    }),
  );
});

test.each([
  '',
  '2',
  '2.3',
  '2.3.',
  '2.3.6.1',
  'v2.3.6',
  '2.3.06',
  '2.3.6-p1',
  '3.5.0-preview1',
  ' 2.3.6',
  '2.3.6\n',
  '-1.0.0',
  '2.3.999999',
])('%j is no release', (text) => {
  expect(parseVersion(text)).toBeNull();
});

test('a prefix may leave parts open', () => {
  expect(parseVersionPrefix('2')).toEqual({ major: 2, minor: null, patch: null });
  expect(parseVersionPrefix('2.10')).toEqual({ major: 2, minor: 10, patch: null });
  expect(parseVersionPrefix('2.')).toBeNull();
});

test('releases are ordered by number, not by letter', () => {
  const names = ['2.2.10', '2.2.9', '1.9.3', '2.10.0', '2.2.2', '3.0.0'];
  const sorted = names.map((name) => parseVersion(name)!).toSorted(compareVersions);
  expect(sorted.map(formatVersion)).toEqual(['1.9.3', '2.2.2', '2.2.9', '2.2.10', '2.10.0', '3.0.0']);
});

test('every release lies inside its own series and nowhere inside another', () => {
  fc.assert(
    fc.property(anyVersion, anyVersion, (a, b) => {
      const series = parseVersionPrefix(releaseSeries(b))!;
      expect(compareToPrefix(a, series) === 0).toBe(releaseSeries(a) === releaseSeries(b));
    }),
  );
});
