import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../../src/domain/leak/explanation.ts';
import { placedFrames } from '../../../../src/report/picture/flame-graph.ts';
import { heldByChain } from '../../../../src/report/picture/held-by.ts';
import { leakStacks } from '../../../../src/report/picture/leak-stacks.ts';
import { leakTree, type LeakFrame } from '../../../../src/report/picture/leak-tree.ts';
import { explained, frames, mapping, MANY_RUN, native, objects, place } from '../explain/findings.ts';
import { slope } from '../records.ts';

const held = (label: string) => objects({ path: [{ label, className: 'Hash' }] });

/** Labels of a tree, a level deeper in brackets. */
const shape = ({ label, children }: LeakFrame): string =>
  children.length === 0 ? label : `${label} [${children.map(shape).join(', ')}]`;

const treeOf = (findings: readonly Finding[], change = {}) => {
  const tree = leakTree(explained('2.3.6', findings, change));
  if (tree === null) throw new Error('there is a leak to draw');
  return tree;
};

describe('the tree of a leak', () => {
  it('goes from the line of Ruby to the function that asks for memory', () => {
    const tree = treeOf([
      native({
        stack: frames('ruby_xmalloc rb_str_resize rb_require_safe vm_exec_core'),
        innermost: place('rubygems.rb', 55, 'require'),
      }),
    ]);
    expect(shape(tree.root)).toBe(
      '2.3.6 [repro.rb:7 Kernel#require [rubygems.rb:55 require [rb_require_safe [rb_str_resize]]]]',
    );
  });

  it('has one frame where two ways begin alike', () => {
    const tree = treeOf([
      native({ stack: frames('malloc inner_a outer'), bytesPerIteration: 40 }),
      native({ stack: frames('malloc inner_b outer'), bytesPerIteration: 24 }),
    ]);
    expect(shape(tree.root)).toBe('2.3.6 [repro.rb:7 Kernel#require [outer [inner_a, inner_b]]]');
    expect(tree.root.children[0]?.bytes).toBe(64);
  });

  it('hangs objects under the line that made them, the memory behind them below', () => {
    const behind = native({ bytesPerIteration: 120, stack: frames('malloc str_buf_cat rb_str_concat') });
    const tree = treeOf([objects({ bytesPerIteration: 160, buffers: [behind] })]);
    expect(shape(tree.root)).toBe('2.3.6 [repro.rb:4 Hash#[]= [String [rb_str_concat [str_buf_cat]]]]');
    const object = tree.root.children[0]?.children[0];
    expect(object).toMatchObject({ own: 40, bytes: 160, kind: 'objects', heldBy: [{}, {}] });
  });

  it('names what each holder retains', () => {
    const path = [
      { label: 'constant CACHE', className: 'Hash', retainedBytes: 1_200_000 },
      { label: null, className: 'String' },
    ];
    const text = String(heldByChain(path)).replaceAll(/<[^>]+>/g, '');
    expect(text.trim()).toBe('constant CACHE → Hash (retains 1.2 MB) → String');
  });

  it('keeps apart objects of one line that are held by different things', () => {
    expect(treeOf([held('constant A'), held('constant B')]).root.children[0]?.children).toHaveLength(2);
    expect(treeOf([held('constant A'), held('constant A')]).root.children[0]?.children).toHaveLength(1);
  });

  it('shows what nothing was found for, and what is too small to be listed', () => {
    const tree = treeOf([native({ bytesPerIteration: 50 })], { measured: slope(64), accountedFor: 0.875 });
    const rest = tree.root.children.filter(({ layer }) => layer === 'rest');
    expect(rest.map(({ label, bytes }) => [label, bytes])).toEqual([
      ['not named', 8],
      ['smaller findings', 6],
    ]);
    expect(tree).toMatchObject({ slope: 64, named: 56, root: { bytes: 64 } });
  });

  it('counts memory outside of malloc alone where that is what grows', () => {
    const tree = treeOf([mapping(), native()], { measured: slope(12_288) });
    expect(shape(tree.root)).toBe('2.3.6 [thread stacks]');
  });

  it('does not count a growing object whose memory is among the sites', () => {
    const grows = objects({ grows: true, objectsPerIteration: 0, bytesPerIteration: 8 });
    expect(treeOf([grows]).root.bytes).toBe(8);
    expect(treeOf([native(), grows], { measured: slope(64) }).root.bytes).toBe(64);
  });

  it('is not there without a finding', () => {
    expect(leakTree(explained('2.3.6', []))).toBeNull();
  });

  it('has widths that add up, whatever was found', () => {
    const bytes = fc.double({ min: 0.001, max: 1e6, noNaN: true });
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    const finding = fc.oneof(
      fc
        .record({ bytes, names: fc.array(name, { minLength: 1, maxLength: 5 }) })
        .map(({ bytes: bytesPerIteration, names }) =>
          native({ bytesPerIteration, stack: frames(names.join(' ')) }),
        ),
      fc
        .record({ bytes, inside: bytes, className: name })
        .map(({ bytes: bytesPerIteration, inside, className }) =>
          objects({ bytesPerIteration, className, buffers: [native({ bytesPerIteration: inside })] }),
        ),
    );
    fc.assert(
      fc.property(fc.array(finding, { minLength: 1, maxLength: 8 }), bytes, (findings, measured) => {
        const tree = treeOf(findings, { measured: slope(measured), accountedFor: null });
        const sum = findings.reduce((total, { bytesPerIteration }) => total + bytesPerIteration, 0);
        const whole = Math.max(sum, measured);
        expect(Math.abs(tree.root.bytes / whole - 1)).toBeLessThan(0.001);
        const stacks = leakStacks(tree, false).reduce((total, stack) => total + stack.bytesPerIteration, 0);
        expect(stacks).toBeCloseTo(tree.root.bytes, 3);
        const placed = placedFrames(tree);
        for (const { frame, left, right } of placed)
          expect(Math.abs((right - left) * tree.root.bytes - frame.bytes)).toBeLessThan(whole * 1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves what a line led to, narrower than can be seen, to the table', () => {
    const wide = native({ bytesPerIteration: 1000, stack: frames('wide') });
    const thin = native({ bytesPerIteration: 2, stack: frames('a b c d e f g') });
    const placed = placedFrames(treeOf([wide, thin], { measured: slope(1002), accountedFor: null }));
    const drawn = placed.map(({ frame }) => frame.label);
    expect(drawn).toContain('wide');
    expect(drawn.filter((label) => 'abcdefg'.includes(label))).toHaveLength(1);
  });

  it('is drawn for every explained cell of a run', () => {
    const trees = MANY_RUN.cells.flatMap((cell) => leakTree(cell) ?? []);
    expect(trees.map(({ cell }) => cell.id)).toEqual(['2.3.6', '2.4.3', '2.5.0', '2.6.0']);
  });
});
