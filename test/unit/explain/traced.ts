import type { NativeFinding, NativeFrame } from '../../../src/domain/leak/explanation.ts';
import type { TracedSite } from '../../../src/domain/leak/native-trace.ts';
import type { HeapFinding } from '../../../src/explain/heap/types.ts';

export const frame = (name: string | null, offset = 4096): NativeFrame => ({
  function: name,
  library: 'libruby.so.2.4',
  offset,
  source: null,
  inlined: false,
});

export const place = (line: number) => ({ file: 'repro.rb', line, method: null });

interface SiteOptions {
  /** Bytes of one block, the allocator's own word included. */
  readonly bytes?: number;
  readonly stack?: readonly NativeFrame[];
}

/** Makes a site with these live blocks at the marks, which never frees. */
export const site = (
  blocks: readonly number[],
  { bytes = 64, stack = [frame('rb_str_resize')] }: SiteOptions = {},
): TracedSite => ({
  marks: blocks.map((count) => ({ allocations: count, frees: 0, blocks: count, bytes: count * bytes })),
  blockBytes: bytes - 8,
  varied: 1,
  script: place(7),
  innermost: place(7),
  stack,
});

export const native = (bytesPerIteration: number, given: Partial<NativeFinding> = {}): NativeFinding => ({
  kind: 'native',
  script: place(7),
  innermost: place(7),
  bytesPerIteration,
  blocksPerIteration: 1,
  blockBytes: null,
  grows: false,
  allocations: 1000,
  frees: 0,
  stack: [frame('malloc_here')],
  ...given,
});

export const kept = (bytesPerIteration: number, given: Partial<HeapFinding> = {}): HeapFinding => ({
  kind: 'objects',
  script: place(7),
  innermost: place(7),
  className: 'String',
  objectsPerIteration: 1,
  bytesPerIteration,
  memsizePerIteration: bytesPerIteration,
  grows: false,
  path: [],
  buffers: [],
  ...given,
});
