import type { NativeFrame } from '../../domain/leak/explanation.ts';

/** Functions that only pass a request on to the allocator; their caller is what matters. */
const ALLOCATOR = new RegExp(
  [
    String.raw`^(__(libc_)?)?(malloc|calloc|realloc|reallocarray|memalign|posix_memalign|aligned_alloc|valloc)$`,
    '^_int_(malloc|realloc|memalign)$',
    '^je_(malloc|calloc|realloc)',
    '^(ruby|rb)_?(sized_)?(x|mim)(malloc|calloc|realloc|memalign)',
    '^(rb_)?(gc_impl|gc|objspace|aligned)_?x?(malloc|calloc|realloc)',
    '^rb_gc_impl_(new_obj|obj_slot)',
    '^rb_wb_(un)?protected_newobj',
    '^(rb_)?(ec_|class_)?newobj',
    '^x[a-z]*(alloc|alloc2)$',
    String.raw`^operator new\b`,
    '^_Zn[wa]',
  ].join('|'),
);

/** Functions of the interpreter's loop; frames outside of it are the script's own nesting. */
const LOOP = new RegExp(
  [
    '^(rb_)?vm_exec(_core|_loop)?$',
    '^vm_(sendish|call_|invoke_|yield_(?!with_cfunc|lambda))',
    '^invoke_(i?seq_)?(block|bmethod|super|iseq)',
    '^(rb_)?(jit|yjit|rjit|mjit|zjit)_(exec|entry)',
    '^rb_ec_exec',
    '^rb_iseq_eval',
    '^ruby_(run_node|exec_node|exec_internal|init_.*main)',
    '^rb_main$',
  ].join('|'),
);

/** Functions through which the loop, or a C function, calls a method; not shown at the end of a stack. */
const LOOP_ENTRY = /^(vm_call0|rb_vm_call|(ractor_safe_)?call_cfunc|rb_call0?$|rb_funcall|rb_vm_insn)/;

const PROCESS_START = /^(main|_start|__libc_start)/;

/** Suffixes that compilers add to parts of a function: `rb_str_resize.part.0`. */
const COMPILER_MARKS = /(\.(isra|constprop|part|cold|lto_priv|llvm)(\.\d+)*)+$/;

const RUBY_LIBRARY = /^(lib)?ruby/;

/** Tells whether a frame belongs to the interpreter itself, not to an extension or another library. */
export function isInterpreterFrame(frame: NativeFrame): boolean {
  return RUBY_LIBRARY.test(frame.library);
}

/** Names the function of a frame without the compiler's suffixes; null where it has no name. */
export function functionOf(frame: NativeFrame): string | null {
  return frame.function === null ? null : frame.function.replace(COMPILER_MARKS, '');
}

/** Tells whether a frame only passes a request for memory on. */
export function isAllocator(frame: NativeFrame): boolean {
  return ALLOCATOR.test(functionOf(frame) ?? '');
}

/**
 * Tells whether a frame belongs to the interpreter's loop. An extension may name its functions alike, so only
 * the interpreter's own frames count.
 */
export function isLoop(frame: NativeFrame): boolean {
  const name = functionOf(frame);
  if (name === null) return false;
  return PROCESS_START.test(name) || (isInterpreterFrame(frame) && LOOP.test(name));
}

/** Tells whether a frame is where the interpreter’s loop is entered. */
export function isLoopEntry(frame: NativeFrame): boolean {
  return isInterpreterFrame(frame) && LOOP_ENTRY.test(functionOf(frame) ?? '');
}
