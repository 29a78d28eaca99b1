import { expect, test } from 'vitest';
import { explanationIn, placedIn, sameLines } from '../../../src/explain/same-lines.ts';
import { explanation, mapping, native, objects, place } from '../report/explain/findings.ts';

const linesOf = (from: string, to: string): readonly (number | null)[] =>
  from.split('\n').map((_, index) => sameLines(from, to)(index + 1));

test.each([
  ['the same', 'a\nb\nc', 'a\nb\nc', [1, 2, 3]],
  ['a line was added, another one removed', 'a\nb\nc\nd', 'a\nnew\nb\nd', [1, 3, null, 4]],
  ['lines were changed in place', 'a\nb\nc\nd', 'a\nx\ny\nd', [1, 2, 3, 4]],
  ['without some lines', 'a\nb\nc', 'a\n\nc', [1, 2, 3]],
  ['without a line between empty ones', 'a\n\nb\n\nc', 'a\n\n\n\nc', [1, 2, 3, 4, 5]],
  ['more lines than before', 'a\nb\nc', 'a\nx\ny\nc', [1, null, 4]],
])('lines of another script: %s', (_, from, to, lines) => {
  expect(linesOf(from, to)).toEqual(lines);
});

const A = { name: 'repro.rb', text: 'a\nb\nc\nd' };
const B = { name: 'other.rb', text: 'a\nnew\nb\nd' };

test('a finding is placed at the same line of another script; places in libraries stay', () => {
  const library = place('json/common.rb', 3);
  const found = objects({ script: place('repro.rb', 2), innermost: library });
  expect(placedIn(A, A)(found)).toBe(found);
  expect(placedIn(A, B)(found)).toEqual({ ...found, script: place('other.rb', 3) });
  expect(placedIn(A, B)(native({ script: null, innermost: null }))).toMatchObject({ script: null });
  expect(placedIn(A, B)(native({ script: place('repro.rb', 3), innermost: library }))).toBeNull();
});

const at = (line: number) => ({ script: place('repro.rb', line), innermost: place('repro.rb', line) });

test('of an explanation all is placed that has a place', () => {
  const found = [
    native(at(3)),
    native(at(4)),
    objects({ ...at(2), buffers: [native(at(2)), native(at(3))] }),
    mapping(),
  ];
  const { findings } = explanationIn(explanation(found), A, B);
  expect(
    findings.map((one) => (one.kind === 'mapping' ? one.what : `${one.script?.file}:${one.script?.line}`)),
  ).toEqual(['other.rb:4', 'other.rb:3', 'thread stacks']);
  expect(findings[1]).toMatchObject({ buffers: [{ script: { line: 3 } }] });
});
