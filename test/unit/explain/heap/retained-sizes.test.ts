import { expect, test } from 'vitest';
import { analysed, at, klass, name, object, range, root, stream } from './a-dump.ts';

const GENERATIONS = (i: number): number => (i < 100 ? 5 : i < 200 ? 15 : 25);
const LEAKED = range(0, 400).map((i) => at(1000 + i));

/** Path to strings of 100 bytes that an array of 400 bytes holds, by way of a registry. */
function pathWith(others: readonly string[]) {
  const dumps = [100, 200, 400].map((count) => [
    klass(1, 'String'),
    klass(2, 'Array'),
    klass(4, 'Registry'),
    root('vm', 1, 2, 4),
    object(20, 'OBJECT', { class: at(4), references: [at(30)], memsize: 40 }),
    object(30, 'ARRAY', { class: at(2), references: LEAKED.slice(0, count), memsize: 400 }),
    ...range(0, count).map((i) =>
      object(1000 + i, 'STRING', {
        class: at(1),
        file: 'repro.rb',
        line: 4,
        memsize: 100,
        generation: GENERATIONS(i),
      }),
    ),
    ...others,
  ]);
  const { findings } = analysed(stream(dumps, [name(null, 20, 'global variable $r')]));
  return findings.find(({ className }) => className === 'String')?.path;
}

test('a holder retains itself and all that nothing else leads to', () => {
  expect(pathWith([])).toEqual([
    { label: 'global variable $r', className: 'Registry', retainedBytes: 40 + 400 + 400 * 100 },
    { label: null, className: 'Array', retainedBytes: 400 + 400 * 100 },
    { label: null, className: 'String' },
  ]);
});

test('what something else holds, too, is not retained', () => {
  const other = object(40, 'ARRAY', { class: at(2), references: LEAKED.slice(0, 100), memsize: 40 });
  const path = pathWith([other, root('vm', 40)]);
  expect(path?.map(({ retainedBytes }) => retainedBytes)).toEqual([30_440, 30_400, undefined]);
});
