import { expect, test } from 'vitest';
import type { HeldBy } from '../../../../src/domain/leak/explanation.ts';
import { analysed, at, klass, name, object, range, root, stream } from './a-dump.ts';

const GENERATIONS = (i: number): number => (i < 100 ? 5 : i < 200 ? 15 : 25);

/** Classes, and objects with the given references; then leaking strings from 1000 on that `holder` refers to. */
function leak(holder: number, others: readonly string[], after: readonly string[]): readonly HeldBy[] {
  const dumps = [100, 200, 400].map((count) => [
    klass(1, 'String'),
    klass(2, 'Array'),
    klass(4, 'Registry'),
    ...others,
    object(holder, 'ARRAY', { class: at(2), references: range(1000, 1000 + count).map(at), memsize: 40 }),
    ...range(0, count).map((i) =>
      object(1000 + i, 'STRING', { class: at(1), file: 'repro.rb', line: 4, generation: GENERATIONS(i) }),
    ),
  ]);
  const { findings } = analysed(stream(dumps, after));
  expect(findings.map(({ className }) => className)).toEqual(['String']);
  return named(findings[0]?.path ?? []);
}

/** Steps without their sizes. */
const named = (path: readonly HeldBy[]): readonly HeldBy[] =>
  path.map(({ label, className }) => ({ label, className }));

const STRING = { label: null, className: 'String' };

test('references have the names that the prelude gives them', () => {
  const owner = object(20, 'OBJECT', { class: at(4), references: [at(30)] });
  expect(leak(30, [owner], [name(null, 20, 'global variable $r'), name(20, 30, '@items')])).toEqual([
    { label: 'global variable $r', className: 'Registry' },
    { label: '@items', className: 'Array' },
    STRING,
  ]);
});

test('a variable of the script is preferred to the C stack, even where that is nearer', () => {
  const owner = object(20, 'OBJECT', { class: at(4), references: [at(30)] });
  const path = leak(30, [owner, root('machine_context', 30)], [name(null, 20, 'local variable r')]);
  expect(path[0]).toEqual({ label: 'local variable r', className: 'Registry' });
});

test('roots of the interpreter are reported as text', () => {
  expect(leak(30, [root('machine_context', 30)], [])[0]).toEqual({ label: 'the C stack', className: null });
  expect(leak(30, [root('global_list', 30)], [])[0]?.label).toMatch(/rb_gc_register_address/);
  expect(leak(30, [root('some_new_one', 30)], [])[0]?.label).toBe('a root of the interpreter (some_new_one)');
  const hidden = object(20, 'ARRAY', { references: [at(30)] });
  expect(leak(30, [root('vm', 20), hidden], [])).toEqual([
    { label: expect.stringMatching(/rb_gc_register_mark_object/), className: null },
    { label: null, className: 'Array' },
    STRING,
  ]);
});

test('classes on the way have their names, and hold their objects through the class of an object, too', () => {
  const registry = object(5, 'CLASS', { class: at(4), name: 'Books', references: [at(30)] });
  const book = object(20, 'OBJECT', { class: at(5) });
  expect(leak(30, [registry, book], [name(null, 20, 'constant BOOK')])).toEqual([
    { label: 'constant BOOK', className: 'Books' },
    { label: 'class Books', className: 'Class' },
    { label: null, className: 'Array' },
    STRING,
  ]);
});

test('nothing holds it: no path', () => {
  expect(leak(30, [], [])).toEqual([]);
});

test('a linked list is one step, however long', () => {
  const dumps = [100, 200, 400].map((count) => [
    klass(4, 'Node'),
    ...range(0, count).map((i) =>
      object(1000 + i, 'OBJECT', {
        class: at(4),
        references: i === 0 ? [] : [at(999 + i)],
        file: 'repro.rb',
        line: 4,
        generation: GENERATIONS(i),
      }),
    ),
  ]);
  const { findings } = analysed(stream(dumps, [name(null, 1399, 'local variable head')]));
  expect(named(findings[0]?.path ?? [])).toEqual([
    { label: 'local variable head', className: 'Node' },
    { label: null, className: 'Node' },
  ]);
});
