import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileNameOf } from '../../../src/store/file-name.ts';

test('releases stay as they are, separators do not', () => {
  expect(fileNameOf('2.3.6')).toBe('2.3.6');
  expect(fileNameOf('all-ruby/2.3.0')).toBe('all-ruby%2F2.3.0');
  expect(fileNameOf('..')).toBe('%2E.');
});

test('any name is one harmless file name, different for different names even where case does not count', () => {
  const name = fc
    .string({ minLength: 1, maxLength: 20, unit: 'grapheme' })
    .filter((text) => new TextEncoder().encode(text).length <= 60);
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(fileNameOf(a)).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9._%-]*$/);
      expect(fileNameOf(a).toLowerCase() === fileNameOf(b).toLowerCase()).toBe(a === b);
    }),
  );
});

test('a name that no file system takes is refused with what to do', () => {
  expect(() => fileNameOf('')).toThrow(/shorter name in matrix\.yaml/);
  expect(() => fileNameOf('x'.repeat(201))).toThrow(/shorter name/);
});
