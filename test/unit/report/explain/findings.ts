import type {
  Comparison,
  Explanation,
  Finding,
  NativeFinding,
  NativeFrame,
  ObjectFinding,
  RubyPlace,
} from '../../../../src/domain/leak/explanation.ts';
import type { CellRecord } from '../../../../src/domain/run/record.ts';
import { clean, leak, record, slope } from '../records.ts';

/** Makes frames by name, innermost first; `zlib.so:deflateInit` is of another library, `?` has no name. */
export function frames(names: string, library = 'libruby.so.2.3'): readonly NativeFrame[] {
  return names.split(' ').map((text, index) => {
    const [, first, name = ''] = /^(?:([^:]+):)?(.*)$/.exec(text) ?? [];
    return {
      function: name === '?' ? null : name,
      library: first ?? library,
      offset: 0x1a2b30 + index * 0x100,
      source: null,
      inlined: false,
    };
  });
}

export function place(file: string, line: number, method: string | null = null): RubyPlace {
  return { file, line, method };
}

/** The stack of Ruby bug #14372 on 2.3.6, as the tracer sees it. */
export const REQUIRE_STACK = frames(
  'ruby_xmalloc0 rb_str_resize rb_str_buf_append copy_home_path rb_file_expand_path_fast.isra.0 ' +
    'rb_file_s_expand_path rb_construct_expanded_load_path rb_get_expanded_load_path rb_feature_p ' +
    'search_required rb_require_safe vm_call_cfunc_with_frame vm_exec_core vm_exec rb_yield int_dotimes ' +
    'vm_call_cfunc_with_frame vm_exec_core vm_exec rb_iseq_eval_main ruby_exec_internal ruby_run_node ' +
    'ruby:main libc.so.6:__libc_start_main',
);

export function native(change: Partial<NativeFinding> = {}): NativeFinding {
  const line = place('repro.rb', 7, 'Kernel#require');
  return {
    kind: 'native',
    bytesPerIteration: 64,
    blocksPerIteration: 1,
    blockBytes: 56,
    grows: false,
    allocations: 5000,
    frees: 0,
    stack: REQUIRE_STACK,
    script: line,
    innermost: line,
    ...change,
  };
}

export function objects(change: Partial<ObjectFinding> = {}): ObjectFinding {
  const line = place('repro.rb', 4, 'Hash#[]=');
  return {
    kind: 'objects',
    className: 'String',
    objectsPerIteration: 1,
    bytesPerIteration: 40,
    grows: false,
    path: [
      { label: 'constant CACHE', className: 'Hash' },
      { label: null, className: 'String' },
    ],
    buffers: [],
    script: line,
    innermost: line,
    ...change,
  };
}

export function mapping(what = 'thread stacks'): Finding {
  return {
    kind: 'mapping',
    what,
    bytesPerIteration: 12_288,
    reservedPerIteration: 8_392_704,
    mappingsPerIteration: 1,
  };
}

export function explanation(findings: readonly Finding[], change: Partial<Explanation> = {}): Explanation {
  const bytes = findings.reduce((sum, finding) => sum + finding.bytesPerIteration, 0);
  return {
    role: 'leak',
    findings,
    comparisons: [],
    iterations: 5000,
    measured: slope(bytes),
    accountedFor: 1,
    oneInBlocks: 1,
    slowdown: 3.4,
    seconds: 2.1,
    notes: [],
    ...change,
  };
}

export function explained(
  ruby: string,
  findings: readonly Finding[],
  change: Partial<Explanation> = {},
): CellRecord {
  const [first] = findings;
  const cause = first === undefined || first.kind === 'native' ? 'native' : first.kind;
  return {
    ...leak(ruby, first?.bytesPerIteration, cause === 'mapping' ? 'outside-malloc' : cause),
    explanation: explanation(findings, change),
  };
}

/** Makes counts of the Strings that are made where `objects()` stay. */
export const madeStrings = (count: number, iterations = 1000): Pick<Explanation, 'made'> => ({
  made: { iterations, places: [{ script: place('repro.rb', 4), className: 'String', objects: count }] },
});

/** Makes a clean ruby that does this at a place. */
export function compared(
  ruby: string,
  comparisons: readonly (Partial<Comparison> & Pick<Comparison, 'allocations' | 'frees'>)[],
  iterations = 5000,
  more: Partial<Explanation> = {},
): CellRecord {
  const { stack, script, innermost } = native();
  const change = {
    role: 'comparison' as const,
    comparisons: comparisons.map((one) => ({ stack, script, innermost, ...one })),
    iterations,
    measured: null,
    accountedFor: null,
    ...more,
  };
  return { ...clean(ruby), explanation: explanation([], change) };
}

/** The run that issues of Ruby show: bug #14372 on two rubies, one of them clean. */
export const REQUIRE_RUN = record([
  explained('2.3.6', [native()], { accountedFor: 0.98 }),
  compared('2.4.10', [{ allocations: 5000, frees: 5000 }]),
]);

/** Every kind of finding, several of them on one ruby, and one that others share. */
export const MANY_RUN = record([
  clean('2.2.10'),
  explained(
    '2.3.6',
    [
      native(),
      objects({
        bytesPerIteration: 160,
        innermost: place('json/common.rb', 216, 'JSON.parse'),
        buffers: [
          native({ bytesPerIteration: 120, stack: frames('ruby_xmalloc str_buf_cat rb_str_concat') }),
        ],
      }),
      native({
        bytesPerIteration: 2.2,
        blocksPerIteration: 1 / 50,
        blockBytes: 112,
        script: place('repro.rb', 9),
        innermost: null,
        stack: frames(
          'zlib.so:zlib_mem_alloc libz.so.1:deflateInit2_ zlib.so:rb_deflate_initialize vm_call0_body',
        ),
      }),
    ],
    { accountedFor: 0.973, measured: slope(232), oneInBlocks: 16 },
  ),
  explained('2.4.3', [native({ allocations: 4800, frees: 2 })], {
    notes: ['this image has no symbols of static functions: there are offsets in their place'],
  }),
  explained('2.5.0', [
    objects({ className: 'Array', objectsPerIteration: 0, bytesPerIteration: 8, grows: true }),
  ]),
  explained('2.6.0', [mapping()], { accountedFor: null }),
  leak('2.6.1'),
  compared('2.4.10', [{ allocations: 4700, frees: 4692 }]),
]);
