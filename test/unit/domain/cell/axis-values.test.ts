import { describe, expect, test } from 'vitest';
import {
  missingIn,
  problemWithValue,
  processOf,
  unappliedSetting,
} from '../../../../src/domain/cell/axis-values.ts';
import {
  configurationsOf,
  mergedAxes,
  numberOfCells,
  parseAxis,
} from '../../../../src/domain/cell/configurations.ts';
import type { Ruby } from '../../../../src/domain/ruby/ruby.ts';

const version = (text: string) => {
  const [major = 0, minor = 0, patch = 0] = text.split('.').map(Number);
  return { major, minor, patch };
};
const ruby = (name: string): Ruby => ({ name, version: version(name), sources: [] });

describe('values', () => {
  test.each([
    ['jit', 'yjit'],
    ['jit', 'off'],
    ['allocator', 'jemalloc'],
    ['arenas', 'default'],
    ['arenas', '64'],
    ['arch', 'arm64'],
    ['ruby-options', '-W0 --enable=frozen-string-literal'],
    ['env.RUBYOPT', ''],
    ['env.RUBY_GC_HEAP_GROWTH_FACTOR', '1.1'],
  ])('%s=%s', (name, value) => expect(problemWithValue(name, value)).toBeNull());

  test.each([
    ['jit', 'fast', /jit=fast: there is no such compiler; give off, mjit, rjit, yjit, zjit/],
    ['allocator', 'mimalloc', /there is no such allocator; give default, jemalloc, tcmalloc/],
    ['arenas', '0', /arenas=0: give default, or a number from 1 to 64/],
    ['arenas', '65', /give default/],
    ['arch', 'x86_64', /arch=x86_64: there is no such architecture; give amd64, arm64/],
    ['ruby-options', '-e 1', /-e is not an option/],
    ['ruby-options', 'other.rb', /other\.rb is not an option/],
    ['ruby-options', '-W0 --version', /--version is not an option/],
    ['env.LD_PRELOAD', 'x', /LD_PRELOAD is the measurement's own/],
    ['env.MATRIX_ARGC', '1', /MATRIX_ARGC is the measurement's own/],
    ['env.MALLOC_ARENA_MAX', '2', /use arenas=2/],
    ['env.A B', '1', /A B is not the name of a variable/],
    ['env.X', 'a\nb', /one line/],
    ['colour', 'red', /colour cannot be set for a cell: choose from jit, allocator, arenas/],
  ])('not %s=%s', (name, value, words) => expect(problemWithValue(name, value)).toMatch(words));
});

test.each([
  ['2.7.4', 'mjit', ['--jit'], null],
  ['3.1.2', 'mjit', ['--mjit'], null],
  ['3.1.2', 'yjit', ['--yjit'], null],
  ['3.3.8', 'rjit', ['--rjit'], null],
  ['2.3.6', 'mjit', null, 'it was added in 2.6'],
  ['3.0.7', 'yjit', null, 'it was added in 3.1'],
  ['3.3.8', 'mjit', null, 'it was removed in 3.3'],
] as const)('%s with %s', (release, jit, flags, why) => {
  expect(missingIn(version(release), 'jit', jit)).toBe(why);
  if (flags !== null) expect(processOf(version(release), { jit }).flags).toEqual(flags);
});

test('what a process is given', () => {
  expect(
    processOf(version('3.3.8'), { arenas: 'default', 'ruby-options': '-W0  -Ilib', 'env.A': '1' }),
  ).toEqual({ flags: ['-W0', '-Ilib'], environment: { MALLOC_ARENA_MAX: null, A: '1' } });
  expect(processOf(version('3.3.8'), {})).toEqual({ flags: [], environment: {} });
});

test.each([
  ['ruby 3.1.2p20 (2022-04-12 revision 4491bb740a) +YJIT [x86_64-linux-gnu]', 'yjit', null],
  ['ruby 3.3.8 (2025-04-09 revision b200bad6cd) [x86_64-linux-gnu]', 'yjit', 'jit=yjit'],
  ['ruby 2.7.4p191 (2021-07-07 revision a21a3b7d23) +JIT [x86_64-linux-gnu]', 'mjit', null],
  ['ruby 3.4.4 (2025-05-14 revision a38531fd3f) +YJIT +PRISM [x86_64-linux]', 'mjit', 'jit=mjit'],
])('%s: %s is seen or not', (description, jit, unseen) =>
  expect(unappliedSetting({ description, allocator: 'glibc malloc', arch: 'x86_64' }, { jit }) ?? '').toMatch(
    unseen ?? /^$/,
  ),
);

const seen = (allocator: string) =>
  unappliedSetting({ description: '', allocator, arch: '' }, { allocator: 'jemalloc' });

const on = (arch: string) => unappliedSetting({ description: '', allocator: '', arch }, { arch: 'arm64' });

test('an architecture is that of the machine that measured', () => {
  expect(on('aarch64')).toBeNull();
  expect(on('x86_64')).toMatch(/^arch=arm64 was requested, but this machine runs x86_64: run it on such/);
});

test('an allocator is seen by the probe, and its library is to be in the image', () => {
  expect(seen('jemalloc')).toBeNull();
  expect(seen('glibc malloc')).toMatch(
    /^allocator=jemalloc was requested, but memory comes from glibc malloc/,
  );
  // Of a cell that ended before its allocator was seen.
  expect(seen('')).toBeNull();
  const newest = ruby('3.3.8');
  const { cells } = configurationsOf([newest], { allocator: ['default', 'jemalloc'] });
  expect(cells.map((cell) => cell.ruby)).toEqual([newest, { ...newest, allocator: 'jemalloc' }]);
  expect(processOf(newest.version, { allocator: 'jemalloc' }).environment).toEqual({
    LD_PRELOAD: 'libjemalloc.so.2',
  });
});

describe('cells', () => {
  test('one for each ruby where nothing was asked', () =>
    expect(configurationsOf([ruby('2.7.4'), ruby('3.3.8')], {}).cells.map(({ id }) => id)).toEqual([
      '2.7.4',
      '3.3.8',
    ]));

  test('every combination, each once, without what a release cannot have', () => {
    const axes = { jit: ['off', 'yjit'], arenas: ['1', '2'] };
    const { cells, notes } = configurationsOf([ruby('2.7.4'), ruby('3.3.8')], axes);
    expect(cells.map(({ id }) => id)).toEqual([
      '2.7.4',
      '2.7.4+arenas=2',
      '3.3.8',
      '3.3.8+arenas=2',
      '3.3.8+yjit',
      '3.3.8+arenas=2+yjit',
    ]);
    expect(notes).toEqual(['jit=yjit is left out on 2.7.4: it was added in 3.1']);
    expect(numberOfCells(2, axes)).toBe(8);
  });

  test('what is left out is reported with its own reason', () =>
    expect(configurationsOf(['2.3.6', '2.7.4', '3.3.8'].map(ruby), { jit: ['mjit'] }).notes).toEqual([
      'jit=mjit is left out on 2.3.6: it was added in 2.6',
      'jit=mjit is left out on 3.3.8: it was removed in 3.3',
    ]));

  test('given one by one, values of the same axis are added', () =>
    expect(
      mergedAxes([
        { name: 'jit', values: ['off'] },
        { name: 'arenas', values: ['1'] },
        { name: 'jit', values: ['yjit', 'off'] },
      ]),
    ).toEqual({ jit: ['off', 'yjit'], arenas: ['1'] }));

  test('an axis is read as it is written', () => {
    expect(parseAxis('env.RUBYOPT=-W0, --yjit')).toEqual({ name: 'env.RUBYOPT', values: ['-W0', '--yjit'] });
    expect([parseAxis('yjit'), parseAxis('=yjit')]).toEqual([null, null]);
  });
});
