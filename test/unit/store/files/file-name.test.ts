import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileNameOf } from '../../../../src/store/files/file-name.ts';

test('releases stay as they are, separators do not', () => {
  expect(fileNameOf('2.3.6')).toBe('2.3.6');
  expect(fileNameOf('all-ruby/2.3.0')).toBe('all-ruby%2F2.3.0');
  expect(fileNameOf('3.4.10+yjit')).toBe('3.4.10%2Byjit');
  expect(fileNameOf('..')).toBe('%2E.');
});

test('any id is one harmless file name, different for different ids even where case does not count', () => {
  const name = fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' });
  fc.assert(
    fc.property(name, name, (a, b) => {
      expect(fileNameOf(a)).toMatch(/^[A-Za-z0-9_%-][A-Za-z0-9._%-]*(~[0-9a-f]{32})?$/);
      expect(fileNameOf(a).length).toBeLessThanOrEqual(200);
      expect(fileNameOf(a).toLowerCase() === fileNameOf(b).toLowerCase()).toBe(a === b);
    }),
  );
});

test('ids that begin alike and are too long for a file differ', () => {
  const long = `3.4.10+env.RUBYOPT=${'x'.repeat(200)}`;
  expect(fileNameOf(`${long}a`)).not.toBe(fileNameOf(`${long}b`));
  expect(fileNameOf(`${long}a`)).toHaveLength(200);
});

test('no name is none', () => {
  expect(() => fileNameOf('')).toThrow(/without an id/);
});
