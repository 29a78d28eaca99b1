import { expect, test } from 'vitest';
import { differences, parseExpectation } from '../../../src/usecases/expect/expectation.ts';
import { matrixOf } from '../domain/matrix-of.ts';
import { clean, leak, record } from '../report/records.ts';

const RUN = record([clean('2.4.3'), leak('2.4.3+yjit'), leak('2.4.3+jemalloc+yjit')]);
const MATRIX = matrixOf(['2.3.6', '2.4.3']);

const parse = (value: string) =>
  parseExpectation(
    [{ value, origin: '--expect' }],
    MATRIX,
    RUN.cells.map(({ id }) => id),
  );

/** Lists where the run is not what was expected. */
function differing(value: string): readonly string[] {
  const expected = parse(value);
  if (!expected.ok || expected.value === null) throw new TypeError(`${value} is read`);
  return differences(RUN, expected.value);
}

test('settings behind a selector mean cells with those, in any order', () => {
  expect(differing('2.4+yjit,2.4.3+yjit+jemalloc')).toEqual([]);
});

test('without settings the standard ones are meant', () => {
  expect(differing('2.4.3,2.4.3+yjit')).toEqual([
    '2.4.3: was expected to leak, and is clean',
    '2.4.3+jemalloc+yjit: leaks, and was not expected to',
  ]);
});

test('what no cell of the run could meet is an error, and so is what names no settings', () => {
  expect(parse('2.4.3+mjit')).toMatchObject({
    ok: false,
    message: expect.stringContaining('(2.4.3, 2.4.3+yjit, 2.4.3+jemalloc+yjit)'),
  });
  expect(parse('2.4.3+fast')).toMatchObject({
    ok: false,
    message: expect.stringMatching(/^--expect: 2\.4\.3\+fast: \+fast names no settings/),
  });
});
