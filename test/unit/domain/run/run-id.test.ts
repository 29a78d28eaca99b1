import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isRunId, newRunId } from '../../../../src/domain/run/run-id.ts';

test('tells the time, the script and a random part', () => {
  expect(newRunId('2026-11-23T07:15:02.123Z', 'repro.rb', '3f9a2c')).toBe('20261123-071502-repro-3f9a2c');
});

test.each([
  ['lib/My Repro.rb', 'my-repro'],
  ['C:\\temp\\leak.test.rb', 'leak-test'],
  ['.rb', 'rb'],
  ['../../etc/passwd', 'passwd'],
  ['漏れ.rb', 'script'],
  ['', 'script'],
  ['-e', 'e'],
  [`${'a'.repeat(31)}--b.rb`, 'a'.repeat(31)],
])('the script %j is called %s', (name, slug) => {
  expect(newRunId('2026-11-23T07:15:02Z', name, 'abcd')).toBe(`20261123-071502-${slug}-abcd`);
});

test('any script name gives an id that is one harmless folder name', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary-ascii' }), fc.string({ unit: 'grapheme' })), (name) => {
      const id = newRunId('2026-11-23T07:15:02Z', name, '0123abcd');
      expect(isRunId(id)).toBe(true);
      expect(id).toMatch(/^[0-9a-z-]{1,80}$/);
    }),
  );
});

test('ids sort by time', () => {
  const earlier = newRunId('2026-11-23T07:15:02Z', 'z.rb', 'ffff');
  const later = newRunId('2026-11-23T07:15:03Z', 'a.rb', '0000');
  expect([later, earlier].toSorted()).toEqual([earlier, later]);
});

test('a wrong timestamp or random part is a bug and reports that', () => {
  expect(() => newRunId('2026-11-23 07:15', 'a.rb', 'abcd')).toThrow(/no ISO 8601 timestamp in UTC/);
  expect(() => newRunId('2026-11-23T07:15:02+01:00', 'a.rb', 'abcd')).toThrow(TypeError);
  expect(() => newRunId('2026-11-23T07:15:02Z', 'a.rb', 'no')).toThrow(/hexadecimal/);
});

test.each([
  '',
  '.',
  '..',
  '../20261123-071502-a-abcd',
  '20261123-071502-a-abcd/..',
  'latest',
  '20261123-071502-A-abcd',
  '20261123-071502-a-abcd\n',
])('%j is no run id', (text) => {
  expect(isRunId(text)).toBe(false);
});
