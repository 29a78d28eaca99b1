import { describe, expect, it } from 'vitest';
import { cellId } from '../../../../src/domain/cell/cell-id.ts';
import { groupFindings } from '../../../../src/report/explain/finding-groups.ts';
import { sameFinding } from '../../../../src/explain/native/same-site.ts';
import { explanationView } from '../../../../src/report/explain/finding-view.ts';
import { leak, record } from '../records.ts';
import { compared, explained, frames, madeStrings, mapping, native, objects, place } from './findings.ts';

const stacked = (names: string, library?: string) => native({ stack: frames(names, library) });

const history = (...cells: Parameters<typeof record>[0]): string | null | undefined =>
  explanationView(record([explained('2.3.6', [native()]), ...cells]))?.findings[0]?.history;

describe('one finding over rubies', () => {
  const own = 'a b c d e';
  it.each([
    ['the same', 'a b c d e', true],
    ['another allocator and another loop', 'ruby_xmalloc2 a b c d e vm_sendish rb_vm_exec', true],
    ['one function less', 'a b c e', true],
    ['marks of the compiler', 'a.part.0 b c.isra.2 d e.cold', true],
    ['another first function', 'x b c d e', false],
    ['too little in common', 'a b x y z', false],
  ])('%s', (_what, names, same) => {
    expect(sameFinding(stacked(own), stacked(names))).toBe(same);
    expect(sameFinding(stacked(names), stacked(own))).toBe(same);
  });

  it('is reported by what has a name where not all have one', () => {
    expect(sameFinding(stacked('a b c d'), stacked('a ? ? d'))).toBe(true);
    expect(sameFinding(stacked('a b c d'), stacked('a ? ? x'))).toBe(false);
    expect(sameFinding(stacked('? ?', 'libruby-2.7.so.2.7'), stacked('? ? ?', 'libruby-3.1.so.3.1'))).toBe(
      true,
    );
    expect(sameFinding(stacked('? ?', 'libruby-2.7.so.2.7'), stacked('? ?', 'zlib.so'))).toBe(false);
    const nowhere = { script: null, innermost: null, stack: frames('? ?') };
    expect(sameFinding(native(nowhere), native(nowhere))).toBe(false);
  });

  it('is of one line and one kind', () => {
    expect(sameFinding(native(), native({ script: place('repro.rb', 8) }))).toBe(false);
    expect(sameFinding(native(), native({ grows: true }))).toBe(false);
    expect(sameFinding(native(), objects())).toBe(false);
    expect(sameFinding(objects(), objects())).toBe(true);
    expect(sameFinding(objects(), objects({ className: 'Array' }))).toBe(false);
    expect(sameFinding(objects(), objects({ script: place('repro.rb', 5) }))).toBe(false);
    const eval1 = { script: null, innermost: place('(eval)', 1) };
    expect(sameFinding(objects(eval1), objects(eval1))).toBe(true);
    expect(sameFinding(objects(eval1), objects({ ...eval1, innermost: place('(eval)', 2) }))).toBe(false);
    expect(sameFinding(mapping(), mapping())).toBe(true);
    expect(sameFinding(mapping(), mapping('fiber stacks'))).toBe(false);
    expect(sameFinding(mapping(), objects())).toBe(false);
  });

  it('never joins two findings of one ruby', () => {
    const twice = [native(), native({ bytesPerIteration: 32 })];
    const groups = groupFindings(record([explained('2.3.6', twice), explained('2.4.3', twice)]));
    expect(
      groups.map((group) => group.map(({ cell, finding }) => [cell, finding.bytesPerIteration])),
    ).toEqual([
      [
        ['2.3.6', 64],
        ['2.4.3', 64],
      ],
      [
        ['2.3.6', 32],
        ['2.4.3', 32],
      ],
    ]);
  });

  it('is in the order of releases, largest first on each', () => {
    const run = record([
      explained('2.5.0', [mapping()]),
      explained('2.3.6', [native({ bytesPerIteration: 8 }), objects({ bytesPerIteration: 80 })]),
      leak('2.4.0'),
    ]);
    expect(groupFindings(run).map(([{ cell, finding }]) => `${cell} ${finding.bytesPerIteration}`)).toEqual([
      '2.3.6 80',
      '2.3.6 8',
      '2.5.0 12288',
    ]);
  });
});

describe('what a clean ruby does there', () => {
  const own = 'allocated 5,000 times in 5,000 iterations';

  it.each([
    ['as often', compared('2.4.10', [{ allocations: 4900, frees: 4900 }]), '; 2.4.10 frees it'],
    [
      'as often, with left-overs',
      compared('2.4.10', [{ allocations: 4900, frees: 4897 }]),
      '; 2.4.10 allocates there as often and frees all but 3',
    ],
    [
      'over more iterations',
      compared('2.4.10', [{ allocations: 10_000, frees: 10_001 }], 10_000),
      '; 2.4.10 frees it',
    ],
    [
      'less often',
      compared('2.4.10', [{ allocations: 12, frees: 8 }]),
      '; 2.4.10 allocates there 12 times in 5,000 iterations and frees all but 4',
    ],
    [
      'once',
      compared('2.4.10', [{ allocations: 1, frees: 1 }]),
      '; 2.4.10 allocates there once in 5,000 iterations and frees it',
    ],
    ['not at all', compared('2.4.10', [{ allocations: 0, frees: 0 }]), '; 2.4.10 does not allocate there'],
    ['nothing that is known', compared('2.4.10', []), ''],
    [
      'elsewhere',
      compared('2.4.10', [{ allocations: 5000, frees: 5000, stack: frames('rb_other vm_exec') }]),
      '',
    ],
  ])('%s', (_what, cell, said) => {
    expect(history(cell)).toBe(own + said);
  });

  it('is said once of rubies that do the same, and summed over stacks', () => {
    const frees = [
      { allocations: 2500, frees: 2500 },
      { allocations: 2500, frees: 2500 },
    ];
    const cells = ['2.2.10', '2.4.10'].map((ruby) => compared(ruby, frees));
    expect(history(...cells)).toBe(`${own}; 2.2.10 and 2.4.10 free it`);
    const fewer = compared('2.5.0', [{ allocations: 10, frees: 10 }]);
    expect(history(...cells, fewer)).toBe(
      `${own}; 2.2.10 and 2.4.10 free it; 2.5.0 allocates there 10 times in 5,000 iterations and frees it`,
    );
  });
});

const told = (own: number, clean: number, iterations = 1000): string | null | undefined =>
  explanationView(
    record([
      explained('2.3.6', [objects()], madeStrings(own)),
      compared('2.4.10', [], iterations, madeStrings(clean, iterations)),
    ]),
  )?.findings[0]?.history;

const of = (...ids: readonly string[]) => ({
  ...madeStrings(1000),
  comparedWith: ids.map((id) => cellId(id)),
});

describe('what a clean ruby does with objects', () => {
  it.each([
    [1000, 1000, 'allocated 1,000 times in 1,000 iterations; 2.4.10 frees them'],
    [1000, 0, 'allocated 1,000 times in 1,000 iterations; 2.4.10 does not allocate there'],
    [
      3000,
      250,
      'allocated 3,000 times in 1,000 iterations, freed 2,000 times; 2.4.10 allocates there 250 times in 1,000 iterations and frees them',
    ],
  ])('%i of its own, %i of the clean one', (own, clean, words) => {
    expect(told(own, clean)).toBe(words);
  });

  it('is not told where it is not known', () => {
    expect(told(1000, 1000, 0)).toBe('allocated 1,000 times in 1,000 iterations');
    expect(told(10, 1000)).toBeNull();
    const uncounted = [explained('2.3.6', [objects()]), compared('2.4.10', [], 1000, madeStrings(10))];
    expect(explanationView(record(uncounted))?.findings[0]?.history).toBeNull();
  });

  it('is only told of the cells that were observed for the leak', () => {
    const run = record([
      explained('2.3.6', [objects()], madeStrings(1000)),
      explained('2.5.0', [objects()], madeStrings(1000)),
      compared('2.4.10', [], 1000, of('2.3.6')),
      compared('2.5.9', [], 1000, of('2.9.9')),
    ]);
    expect(explanationView(run)?.findings[0]?.history).toBe(
      'allocated 1,000 times in 1,000 iterations on 2.3.6; 2.4.10 frees them',
    );
  });
});
