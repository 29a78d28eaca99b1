import { expect, test } from 'vitest';
import { compareGemVersions, hasGemRange, withVersions } from '../../../../src/domain/ruby/gem-versions.ts';

test('versions are ordered as RubyGems does', () => {
  const ordered = [
    '0.9',
    '1.0.0.a',
    '1.0.0.rc1',
    '1.0.0',
    '1.0.1',
    '1.2',
    '1.10.0',
    '1.10.0.1',
    '2.0.0.beta2',
    '2.0.0',
  ];
  expect(ordered.toReversed().toSorted(compareGemVersions)).toEqual(ordered);
  expect(compareGemVersions('1.0', '1.0.0')).toBe(0);
});

test.each([
  ['oj', false],
  ['oj=3.0.0', false],
  ['oj=3.0.0,3.1.0', false],
  ['oj=3.0.0..3.13.0', true],
  ['oj=2.9,3.0..3.2', true],
  ['./folder', false],
])('%s holds a range: %s', (text, isOne) => {
  expect(hasGemRange(text)).toBe(isOne);
});

const AVAILABLE = ['3.10.0', '3.1.0', '3.2.0.rc1', '3.2.0', '2.9.0', '3.0.0'];

test.each([
  ['oj=3.0.0..3.2', 'oj=3.0.0,3.1.0,3.2.0'],
  ['oj=3.0..3.2.0.rc1', 'oj=3.0.0,3.1.0,3.2.0.rc1'],
  ['oj=2.9.0,3.2..4', 'oj=2.9.0,3.2.0,3.10.0'],
  ['oj=3.1.0,3.0..3.1', 'oj=3.0.0,3.1.0'],
])('%s stands for %s', (text, expanded) => {
  expect(withVersions(text, AVAILABLE)).toEqual({ ok: true, value: expanded });
});

test('a range without versions says which there are', () => {
  expect(withVersions('oj=4..5', AVAILABLE)).toEqual({
    ok: false,
    message: 'oj: there is no version in 4..5 (the source has 2.9.0 to 3.10.0)',
  });
  expect(withVersions('oj=4..5', [])).toMatchObject({
    message: expect.stringContaining('the source has none'),
  });
});
