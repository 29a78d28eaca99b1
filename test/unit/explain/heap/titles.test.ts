import { expect, test } from 'vitest';
import type { HeapFinding } from '../../../../src/explain/heap/types.ts';
import { analysed, at, klass, object, range, stream } from './a-dump.ts';

/** Makes the finding of a leak of such objects. */
function found(
  type: string,
  fields: Readonly<Record<string, unknown>>,
  after: readonly string[] = [],
): HeapFinding {
  const dumps = [100, 200, 400].map((count) => [
    klass(1, 'Thread::Backtrace'),
    object(2, 'CLASS', { class: at(2), superclass: at(1), memsize: 400 }),
    object(3, 'CLASS', {
      class: at(2),
      superclass: at(1),
      real_class_name: 'Foo',
      singleton: true,
      memsize: 400,
    }),
    ...range(0, count).map((i) =>
      object(1000 + i, type, {
        file: 'repro.rb',
        line: 4,
        ...fields,
        generation: i < 100 ? 5 : i < 200 ? 15 : 25,
      }),
    ),
  ]);
  const { findings } = analysed(stream(dumps, after));
  expect(findings).toHaveLength(1);
  return findings[0]!;
}

test.each([
  ['DATA', { class: at(1), struct: 'backtrace' }, 'Thread::Backtrace'],
  ['DATA', { struct: 'pinned_list' }, 'pinned_list'],
  ['IMEMO', { imemo_type: 'callinfo' }, 'imemo callinfo'],
  ['IMEMO', { class: at(1) }, 'imemo'],
  ['OBJECT', { class: at(2) }, 'anonymous class < Thread::Backtrace'],
  ['OBJECT', { class: at(3) }, 'Foo'],
  ['HASH', {}, 'Hash (internal)'],
  ['CLASS', { class: at(1), name: 'Struct::Point' }, 'Class'],
  ['CLASS', { class: at(1), name: '#<Class:0x00>' }, 'Class'],
  ['MODULE', { class: at(1) }, 'Module'],
])('%s %o is called %s', (type, fields, title) => {
  expect(found(type, fields).className).toBe(title);
});

const place = (script: number, count: number): string =>
  JSON.stringify({ matrix: 'place', file: '(eval)', line: 1, script, count, made: 0 });

test('the line of the script is found for code elsewhere', () => {
  expect(
    found('STRING', { file: '(eval)', line: 1, method: 'f' }, [place(4, 12), place(6, 100)]),
  ).toMatchObject({
    script: { file: 'repro.rb', line: 6, method: null },
    innermost: { file: '(eval)', line: 1, method: 'f' },
  });
  expect(found('STRING', { file: '(eval)', line: 1 }).script).toBeNull();
});

test('paths of the container are not shown', () => {
  const work = '/home/matrix/work/a-long-working-directory/';
  expect(found('STRING', { file: `${work}repro.rb`, line: 8, method: 'new' })).toMatchObject({
    script: { file: 'repro.rb', line: 8, method: 'new' },
  });
  expect(found('STRING', { file: `${work}lib/other.rb`, line: 3 })).toMatchObject({
    script: null,
    innermost: { file: 'lib/other.rb', line: 3 },
  });
  expect(found('STRING', { file: `(eval at ${work}repro.rb:11)`, line: 1 }).script?.line).toBe(11);
  expect(found('STRING', { file: `(eval at ${work}lib/other.rb:11)`, line: 1 }).script).toBeNull();
});

test('an object without a place has none', () => {
  expect(found('STRING', { file: '(null)', line: 0 })).toMatchObject({ script: null, innermost: null });
});
