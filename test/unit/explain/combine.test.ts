import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { combine } from '../../../src/explain/combine.ts';
import { frame, kept, native, place } from './traced.ts';

/** A Hash per iteration whose table is beside its slot. */
const hash = (line: number, given = {}) =>
  kept(40, {
    className: 'Hash',
    memsizePerIteration: 176,
    script: place(line),
    innermost: place(line),
    ...given,
  });

describe('objects and malloc together', () => {
  it('gives objects the memory that their line asks for', () => {
    const { findings, sum } = combine([kept(40)], [native(5008), native(16, { script: place(9) })]);
    expect(sum).toBe(5064);
    expect(findings[0]).toMatchObject({
      kind: 'objects',
      bytesPerIteration: 5048,
      buffers: [{ bytesPerIteration: 5008 }],
    });
  });

  it('shows two leaks, the larger one first', () => {
    const { findings } = combine([kept(40)], [native(80, { script: place(3), innermost: place(3) })]);
    expect(findings.map(({ kind, bytesPerIteration }) => [kind, bytesPerIteration])).toEqual([
      ['native', 80],
      ['objects', 40],
    ]);
  });

  it('gives a grower what it grew by, wherever that was requested', () => {
    const cache = kept(0, {
      className: 'Hash',
      grows: true,
      memsizePerIteration: 50,
      objectsPerIteration: 0,
      script: place(1),
    });
    const { findings, sum } = combine([cache, kept(40)], [native(64), native(2)]);
    expect(sum).toBe(106);
    expect(findings[0]).toMatchObject({ className: 'Hash', bytesPerIteration: 64 });
    expect(findings[1]).toMatchObject({ className: 'String', bytesPerIteration: 42 });
  });

  describe('tables that the collector moved to malloc', () => {
    const later = ['rb_postponed_job_flush', 'rb_threadptr_execute_interrupts', null, 'rb_vm_exec'];
    const stripped = [null, null, ...later].map((name) => frame(name));
    const named = ['ruby_xmalloc2', 'ar_alloc_table', 'rb_hash_transient_heap_evacuate', ...later];
    const gc = { file: '<internal:gc>', line: 35, method: 'start' };
    const table = (blocks: number, given = {}) =>
      native(144 * blocks, {
        script: place(4),
        innermost: gc,
        blocksPerIteration: blocks,
        blockBytes: 136,
        allocations: 1000 * blocks,
        stack: stripped,
        ...given,
      });
    it.each([
      ['stripped', stripped],
      ['named', named.map((name) => frame(name))],
    ])('belong to the object that owns them: %s', (_name, stack) => {
      const { findings, sum } = combine([hash(5)], [table(1, { stack })]);
      expect(sum).toBe(184);
      expect(findings).toMatchObject([
        { className: 'Hash', bytesPerIteration: 184, buffers: [{ bytesPerIteration: 144, blockBytes: 136 }] },
      ]);
    });

    it('are shared out by what each object owns', () => {
      const two = hash(6, { objectsPerIteration: 2, bytesPerIteration: 80, memsizePerIteration: 352 });
      const { findings } = combine([hash(5), two, kept(40, { script: place(9) })], [table(3)]);
      expect(findings.map((one) => [one.kind, one.bytesPerIteration])).toEqual([
        ['objects', 368],
        ['objects', 184],
        ['objects', 40],
      ]);
      expect(findings[0]).toMatchObject({ buffers: [{ blocksPerIteration: 2, allocations: 2000 }] });
    });

    it('stay by themselves as far as no object owns them', () => {
      const { findings, sum } = combine([hash(5)], [table(2)]);
      expect(sum).toBe(40 + 288);
      expect(findings).toMatchObject([
        { kind: 'objects', bytesPerIteration: 184 },
        { kind: 'native', bytesPerIteration: 144, blocksPerIteration: 1 },
      ]);
      expect(combine([kept(40, { script: place(5) })], [table(1)]).findings).toHaveLength(2);
    });

    it('are not what a finalizer loses, which the collector calls, too', () => {
      const lost = [frame(null), frame('rb_str_resize'), ...stripped.slice(2)];
      expect(combine([hash(5)], [table(1, { stack: lost })]).findings).toHaveLength(2);
    });
  });

  it('counts a grower by its memsize only where malloc was not followed', () => {
    const cache = kept(0, { grows: true, memsizePerIteration: 50, script: place(1) });
    expect(combine([cache], []).sum).toBe(50);
    expect(combine([cache], [native(4000, { script: place(3), innermost: place(3) })]).sum).toBe(4000);
  });

  it('leaves out what is small, and says how many', () => {
    const small = [1, 2, 3].map((line) => native(0.1, { script: place(line), innermost: place(line) }));
    expect(combine([], [native(100), ...small])).toMatchObject({
      left: 3,
      findings: [{ bytesPerIteration: 100 }],
    });
  });

  it('loses no byte of malloc and counts none twice', () => {
    const bytes = fc.double({ min: 0.01, max: 1e6, noNaN: true });
    const line = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(bytes, line)),
        fc.array(fc.tuple(bytes, line, fc.boolean())),
        (sites, objects) => {
          const natives = sites.map(([rate, at]) =>
            native(rate, { script: place(at), innermost: place(at) }),
          );
          const heap = objects.map(([rate, at, grows]) =>
            kept(grows ? 0 : rate, {
              grows,
              memsizePerIteration: rate,
              script: place(at),
              innermost: place(at),
            }),
          );
          const slots = heap.reduce((sum, one) => sum + one.bytesPerIteration, 0);
          const asked = natives.reduce((sum, one) => sum + one.bytesPerIteration, 0);
          const expected =
            natives.length > 0
              ? slots + asked
              : slots + heap.reduce((sum, one) => sum + (one.grows ? one.memsizePerIteration : 0), 0);
          expect(combine(heap, natives).sum).toBeCloseTo(expected, 3);
        },
      ),
    );
  });
});
