import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AXES, findAxis } from '../../../../src/domain/cell/axes.ts';
import { cellId, parseCellId, splitCellId } from '../../../../src/domain/cell/cell-id.ts';
import { orderedSettings, type Settings } from '../../../../src/domain/cell/settings.ts';

const names = fc.oneof(
  ...AXES.map(({ name, isNamed }) =>
    isNamed
      ? fc.string({ minLength: 1, unit: 'grapheme' }).map((key) => `${name}.${key}`)
      : fc.constant(name as string),
  ),
);
const values = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('yjit', 'jemalloc', 'off', '1', 'default'),
);
const settings: fc.Arbitrary<Settings> = fc.dictionary(names, values, { maxKeys: 6 });
const ruby = fc.constantFrom('3.4.10', 'all-ruby/2.3.6', '3.3');

describe('the id of a cell', () => {
  it('is the name of its ruby where nothing else differs', () => {
    expect(cellId('3.4.10')).toBe('3.4.10');
    expect(cellId('3.4.10', { jit: 'off', arenas: '1', allocator: 'default' })).toBe('3.4.10');
  });

  it('names settings in the order of the axes, words alone and other values with their axis', () => {
    expect(cellId('3.4.10', { jit: 'yjit', allocator: 'jemalloc' })).toBe('3.4.10+jemalloc+yjit');
    expect(cellId('3.4.10', { jit: 'yjit', arenas: '2' })).toBe('3.4.10+arenas=2+yjit');
    expect(cellId('3.4.10', { 'gem.oj': '3.11.0', 'env.RUBYOPT': '--yjit -w', 'env.A': 'x,y' })).toBe(
      '3.4.10+env.A=x%2Cy+env.RUBYOPT=--yjit%20-w+gem.oj=3.11.0',
    );
  });

  it('reads back what it was made of, and is one for equal settings', () => {
    fc.assert(
      fc.property(ruby, settings, (name, some) => {
        const id = cellId(name, some);
        const wellFormed = Object.entries(some).every(([key, value]) => (key + value).isWellFormed());
        fc.pre(wellFormed);
        expect(parseCellId(id)).toEqual({ ruby: name, settings: orderedSettings(some) });
        expect(cellId(name, Object.fromEntries(Object.entries(some).toReversed()))).toBe(id);
        expect(id).toMatch(/^[\w./%+=:@~-]+$/);
        expect(splitCellId(id).ruby).toBe(name);
      }),
    );
  });

  it('is read with its settings in any order', () => {
    expect(parseCellId('3.4+yjit+jemalloc')).toEqual({
      ruby: '3.4',
      settings: { allocator: 'jemalloc', jit: 'yjit' },
    });
  });

  it.each([
    '',
    '+yjit',
    '3.4+',
    '3.4+nothing',
    '3.4+colour=red',
    '3.4+yjit+jit=mjit',
    '3.4+env.=1',
    '3.4+arenas=%F',
  ])('is not %j', (text) => expect(parseCellId(text)).toBeNull());
});

describe('axes', () => {
  it('have words that name one axis only, and none is a standard value', () => {
    const words = AXES.flatMap((axis): readonly string[] => axis.words);
    expect(new Set(words).size).toBe(words.length);
    for (const axis of AXES) expect(axis.words as readonly string[]).not.toContain(axis.standard);
  });

  it('are found by their names, those with many under each of them', () => {
    expect(findAxis('jit')?.axis.name).toBe('jit');
    expect(findAxis('env.RUBYOPT')?.axis.name).toBe('env');
    for (const name of ['env', 'env.', 'jit.x', 'colour']) expect(findAxis(name)).toBeNull();
  });
});
