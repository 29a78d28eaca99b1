import { describe, expect, it } from 'vitest';
import { ownFrames } from '../../../../src/explain/native/own-frames.ts';
import { innerStackLines, stackTexts, wholeStackLines } from '../../../../src/report/explain/stack-text.ts';
import { frames, REQUIRE_STACK } from '../../report/explain/findings.ts';

const own = (names: string): string =>
  ownFrames(frames(names))
    .map((frame) => frame.function ?? '?')
    .join(' ');

describe('the frames of a leak', () => {
  it.each([
    // Allocators, old and new, and the loop of every version.
    [
      'objspace_xmalloc0 ruby_xmalloc2 st_init_table rb_hash_new vm_exec_core main',
      'st_init_table rb_hash_new',
    ],
    [
      'calloc rb_gc_impl_calloc ruby_xcalloc ibf_load rb_iseqw_s_load ractor_safe_call_cfunc_1 vm_call_cfunc_with_frame_',
      'ibf_load rb_iseqw_s_load',
    ],
    [
      'malloc tracepoint_new rb_tracepoint_new vm_sendish vm_exec_core rb_vm_exec',
      'tracepoint_new rb_tracepoint_new',
    ],
    [
      'x.so:operator_new libstdc++.so.6:std::string x.so:Init_x vm_call_cfunc vm_exec',
      'operator_new std::string Init_x',
    ],
    ['libc.so.6:malloc libstdc++.so.6:_Znwm x.so:grow x.so:go call_cfunc_0 vm_call_cfunc', 'grow go'],
    // A method that was called from C is reached through another entry; its caller is part of the story.
    [
      'ruby_xmalloc a_init vm_call0_body rb_funcallv b_new vm_call_cfunc',
      'a_init vm_call0_body rb_funcallv b_new',
    ],
    ['ruby_xmalloc a_init vm_call0_body rb_funcallv vm_call_cfunc', 'a_init'],
    [
      'ruby_xmalloc a_init call_cfunc_1 rb_class_new_instance b_new jit_exec',
      'a_init call_cfunc_1 rb_class_new_instance b_new',
    ],
    // An extension's own function may be called as it likes.
    ['x.so:xmalloc x.so:vm_exec x.so:invoke_block vm_exec', 'vm_exec invoke_block'],
    // What is all interpreter is shown as it is.
    [
      'ruby_xmalloc vm_exec_core rb_vm_exec rb_iseq_eval_main ruby_run_node',
      'vm_exec_core rb_vm_exec rb_iseq_eval_main',
    ],
    ['malloc ruby_xmalloc', 'malloc ruby_xmalloc'],
    // Without names the loop cannot be reported: what is behind the last name is no help, and neither is a block's
    // nesting.
    ['ruby_xmalloc rb_str_resize ? ? rb_require_string ? ? ? ? ?', 'rb_str_resize ? ? rb_require_string ? ?'],
    ['ruby_xmalloc rb_str_resize ? ? rb_yield_1 ? ? ruby:main', 'rb_str_resize ? ?'],
    ['? ? ? ? ?', '? ? ?'],
  ])('of %s', (stack, kept) => {
    expect(own(stack)).toBe(kept);
  });

  it('are none of an empty stack', () => {
    expect(ownFrames([])).toEqual([]);
    expect(stackTexts([])).toEqual([]);
  });
});

describe('a stack as text', () => {
  it('keeps both ends of a long one', () => {
    const names = Array.from({ length: 20 }, (_, index) => `f${index}`).join(' ');
    expect(stackTexts(frames(names))).toEqual(['f0', 'f1', '…', 'f15', 'f16', 'f17', 'f18', 'f19']);
    expect(stackTexts(frames('f0 f1 f2 f3 f4 f5 f6 f7 f8 f9'))).toHaveLength(10);
  });

  it('names a library that is not the interpreter, an address without a name, and the innermost line', () => {
    const [first, ...rest] = frames('zlib.so:zlib_new.constprop.0 ? rb_class_new_instance');
    const source = { file: '/usr/src/ruby/ext/zlib/zlib.c', line: 612 };
    expect(stackTexts([{ ...first!, source }, ...rest.map((frame) => ({ ...frame, source }))])).toEqual([
      'zlib.so: zlib_new (zlib.c:612)',
      'libruby.so.2.3+0x1a2c30',
      'rb_class_new_instance',
    ]);
  });

  it('leaves out how one function got to another', () => {
    expect(stackTexts(frames('ruby_xmalloc a_init vm_call0_body rb_funcallv b_new vm_call_cfunc'))).toEqual([
      'a_init',
      'b_new',
    ]);
  });

  it('is whole where it is requested, each frame with all that is known of it', () => {
    const [first, second] = frames('rb_str_resize.part.0 ?');
    const source = { file: 'string.c', line: 2412 };
    expect(
      wholeStackLines([
        { ...first!, function: 'str_new', source, inlined: true },
        { ...first!, source },
        second!,
      ]),
    ).toEqual([
      'str_new  string.c:2412  (inlined)',
      'rb_str_resize.part.0  string.c:2412  libruby.so.2.3+0x1a2b30',
      'libruby.so.2.3+0x1a2c30',
    ]);
    const deep = wholeStackLines(frames(Array.from({ length: 400 }, (_, index) => `f${index}`).join(' ')));
    expect(deep).toHaveLength(131);
    expect(deep[100]).toBe('… 270 frames more');
  });

  it('ends before the loop in a report, and counts what is further out', () => {
    const lines = innerStackLines(REQUIRE_STACK);
    expect(lines.slice(0, 2).map((line) => line.split(' ')[0])).toEqual(['ruby_xmalloc0', 'rb_str_resize']);
    expect(lines.slice(-2)).toEqual([
      'rb_require_safe  libruby.so.2.3+0x1a3530',
      '… 13 frames of the interpreter further out',
    ]);
    expect(innerStackLines(frames('ruby_xmalloc rb_hash_new'))).toHaveLength(2);
  });
});
