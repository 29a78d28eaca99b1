import { describe, expect, it } from 'vitest';
import { cellId } from '../../../../src/domain/cell/cell-id.ts';
import type { RunRecord } from '../../../../src/domain/run/record.ts';
import { differenceTree, partnerIn } from '../../../../src/report/picture/difference/difference-tree.ts';
import { folded } from '../../../../src/report/picture/folded.ts';
import { leakPictures, leakTrees } from '../../../../src/report/picture/leak-pictures.ts';
import { leakTree, staysIn, type LeakFrame } from '../../../../src/report/picture/leak-tree.ts';
import { compared, explained, frames, madeStrings, native, objects, place } from '../explain/findings.ts';
import { clean, leak, record } from '../records.ts';

const treeOf = (run: RunRecord, id: string) =>
  differenceTree(run, leakTree(run.cells.find((cell) => cell.id === id)!)!);

const all = (frame: LeakFrame): readonly LeakFrame[] => [frame, ...frame.children.flatMap(all)];
const ofKind = (frame: LeakFrame, kind: LeakFrame['kind']) =>
  all(frame)
    .filter((one) => one.kind === kind && one.children.length === 0)
    .map(({ label, bytes }) => [label, bytes]);

describe('a leak beside a clean release', () => {
  // Every other block is freed on both: 5,000 of 10,000 in 5,000 iterations, 64 bytes each.
  const half = native({ allocations: 10_000, frees: 5000, blocksPerIteration: 1, bytesPerIteration: 64 });
  const run = record([
    explained('2.3.6', [half]),
    compared('2.4.10', [{ allocations: 10_000, frees: 10_000 }]),
  ]);
  const tree = treeOf(run, '2.3.6');

  it('has in grey what both free, beside what only one keeps', () => {
    expect(ofKind(tree.root, 'freed')).toEqual([['freed by both', 64]]);
    expect(staysIn(tree.root)).toBe(64);
    expect(tree.root.kind).toBe('native');
    const words = all(tree.root).flatMap(({ what }) => what ?? []);
    expect(words).toContainEqual(expect.stringContaining('2.4.10 frees it'));
    expect(words).toContain('64 B/iteration, freed by both');
  });

  it('says what it is seen against, and draws what is freed no wider than what stays', () => {
    const page = leakPictures(run).toString();
    expect(page).toContain('beside 2.4.10, which is clean');
    expect(page).toContain('freed by both: 64 B/iteration, freed by both');
    const rare = native({
      allocations: 10_000,
      frees: 9900,
      blocksPerIteration: 0.02,
      bytesPerIteration: 1.28,
    });
    const other = record([explained('2.3.6', [rare]), run.cells[1]!]);
    expect(ofKind(treeOf(other, '2.3.6').root, 'freed')).toEqual([['freed by both', 1.28]]);
    expect(leakPictures(other).toString()).toContain('127 B/iteration, freed by both (drawn narrower)');
  });

  it('changes nothing of what other tools get', () => {
    expect(folded(leakTrees(run))).toMatch(/^\S+ \S+;.*rb_str_resize 64000\n$/);
  });

  it('says of objects that the clean one keeps none, and of grey only where there is some', () => {
    const kept = record([explained('2.3.6', [objects({ buffers: [] })]), compared('2.4.10', [])]);
    const words = all(treeOf(kept, '2.3.6').root).flatMap(({ what }) => what ?? []);
    expect(words).toContainEqual(expect.stringContaining('; 2.4.10 keeps none'));
    expect(leakPictures(kept).toString()).not.toContain('grey');
    expect(leakPictures(run).toString()).toContain('grey is what both free');
  });

  it('has nothing grey where the clean one never comes there', () => {
    const never = record([explained('2.3.6', [half]), compared('2.4.10', [{ allocations: 0, frees: 0 }])]);
    expect(ofKind(treeOf(never, '2.3.6').root, 'freed')).toEqual([]);
    expect(all(treeOf(never, '2.3.6').root).flatMap(({ what }) => what ?? [])[0]).toContain(
      '2.4.10 does not allocate there',
    );
  });
});

describe('objects that leak, beside a clean release', () => {
  // Three Strings per iteration of 40 bytes, one of which stays.
  const leaking = explained('2.3.6', [objects()], madeStrings(3000));
  const against = (made: number) => {
    const run = record([leaking, compared('2.4.10', [], 500, madeStrings(made, 500))]);
    const { root } = treeOf(run, '2.3.6');
    return { root, words: all(root).flatMap(({ what }) => what ?? []), page: leakPictures(run).toString() };
  };

  it('has in grey those that both free, no wider than what stays', () => {
    const { root, words, page } = against(1500);
    expect(ofKind(root, 'freed')).toEqual([['freed by both', 40]]);
    expect(all(root).find(({ layer }) => layer === 'object')).toMatchObject({
      own: 40,
      bytes: 80,
      kind: 'objects',
    });
    expect(staysIn(root)).toBe(40);
    expect(words).toContain('one String per iteration, kept; 2.4.10 frees them');
    expect(words).toContain('80 B/iteration, freed by both (drawn narrower)');
    expect(page).toContain('grey is what both free');
    // What is held is what stays.
    expect(page).toContain('<li><span class="rate">40 B/iteration</span> String: ');
    // Of what the clean one makes only as many as the other frees, too.
    expect(ofKind(against(125).root, 'freed')).toEqual([['freed by both', 10]]);
  });

  it('says so where the clean one makes none', () => {
    const { root, words, page } = against(0);
    expect(ofKind(root, 'freed')).toEqual([]);
    expect(words).toContain('one String per iteration, kept; 2.4.10 does not allocate there');
    expect(page).not.toContain('grey');
  });

  it('shares what is freed among objects of one class and line', () => {
    const both = [
      objects({ innermost: place('a.rb', 1) }),
      objects({ innermost: place('b.rb', 2), objectsPerIteration: 0.5, bytesPerIteration: 20 }),
    ];
    const run = record([
      explained('2.3.6', both, madeStrings(3000)),
      compared('2.4.10', [], 1000, madeStrings(3000)),
    ]);
    const grey = all(treeOf(run, '2.3.6').root).filter(({ kind }) => kind === 'freed');
    expect(grey.map(({ what }) => what)).toEqual([
      '40 B/iteration, freed by both',
      '20 B/iteration, freed by both',
    ]);
  });

  it('claims nothing where fewer were counted than stay', () => {
    const run = record([
      explained('2.3.6', [objects()], madeStrings(300)),
      compared('2.4.10', [], 1000, madeStrings(0)),
    ]);
    const words = all(treeOf(run, '2.3.6').root).flatMap(({ what }) => what ?? []);
    expect(words).toContain('one String per iteration, kept; 2.4.10 keeps none');
  });
});

describe('a leak beside another setting', () => {
  const more = native({ bytesPerIteration: 32, stack: frames('only_there') });
  const settings = [explained('3.3.8', [native()]), explained('3.3.8+yjit', [native(), more])];

  it('is coloured by what only one keeps', () => {
    const tree = treeOf(record(settings), '3.3.8+yjit');
    expect(partnerIn(tree)?.id).toBe('3.3.8');
    expect(ofKind(tree.root, 'both')).toEqual([['kept by both', 64]]);
    expect(all(tree.root).find(({ label }) => label === 'only_there')).toMatchObject({
      kind: 'native',
      own: 32,
    });
    const back = treeOf(record(settings), '3.3.8');
    expect(ofKind(back.root, 'other')).toEqual([['kept by 3.3.8+yjit only', 32]]);
    expect(back.root.bytes).toBe(96);
  });

  it('is seen against the cell that was observed for it', () => {
    const cells = [
      explained('3.3.8+yjit', [native()]),
      clean('3.3.8'),
      compared('3.3.8+jemalloc', [], 5000, { comparedWith: [cellId('3.3.8', { jit: 'yjit' })] }),
      compared('3.3.8+arenas=2', [], 5000, { comparedWith: [] }),
    ];
    expect(partnerIn(treeOf(record(cells), '3.3.8+yjit'))?.id).toBe('3.3.8+jemalloc');
  });

  it('is as it was where both keep the same, and prefers a clean setting', () => {
    const same = record([explained('3.3.8', [native()]), explained('3.3.8+yjit', [native()])]);
    expect(partnerIn(treeOf(same, '3.3.8'))).toBeNull();
    const third = record([...settings, clean('3.3.8+jemalloc')]);
    expect(partnerIn(treeOf(third, '3.3.8'))?.id).toBe('3.3.8+jemalloc');
    expect(partnerIn(treeOf(record([settings[0]!, leak('3.4.1')]), '3.3.8'))).toBeNull();
  });
});
