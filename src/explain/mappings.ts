import type { MappingFinding } from '../domain/leak/explanation.ts';

/** One mapping of the process, from smaps. */
export interface Mapping {
  readonly bytes: number;
  readonly residentBytes: number;
  /** `rw-p` */
  readonly permissions: string;
  /** `[heap]`, a path, or nothing for anonymous memory. */
  readonly name: string;
}

/** All mappings at one checkpoint, in the order of their addresses. */
export interface MappingsAt {
  readonly iterations: number;
  readonly mappings: readonly Mapping[];
}

interface Sums {
  readonly count: number;
  readonly bytes: number;
  readonly resident: number;
}

const STACK_BYTES = { least: 64 * 1024, most: 64 * 2 ** 20 };
const THREAD_STACK_BYTES = 1024 * 1024;
const NOTHING: Sums = { count: 0, bytes: 0, resident: 0 };
/** Bytes of address space per iteration below which nothing is reported: one page in a hundred iterations. */
const LEAST = 40;

/** Finds kinds of mapping that grow from checkpoint to checkpoint outside of malloc, largest first. */
export function growingMappings(taken: readonly MappingsAt[]): readonly MappingFinding[] {
  const [first, middle, last] = taken.slice(-3);
  if (first === undefined || middle === undefined || last === undefined) return [];
  const [a, b, c] = [sumsByKind(first.mappings), sumsByKind(middle.mappings), sumsByKind(last.mappings)];
  const iterations = last.iterations - first.iterations;
  const found = [...c].flatMap(([what, end]): readonly MappingFinding[] => {
    const [start, between] = [a.get(what) ?? NOTHING, b.get(what) ?? NOTHING];
    const grows = between.bytes > start.bytes && end.bytes > between.bytes;
    if (what === null || !grows || (end.bytes - start.bytes) / iterations < LEAST) return [];
    return [
      {
        kind: 'mapping',
        what,
        bytesPerIteration: Math.max(0, end.resident - start.resident) / iterations,
        reservedPerIteration: (end.bytes - start.bytes) / iterations,
        mappingsPerIteration: Math.max(0, end.count - start.count) / iterations,
      },
    ];
  });
  return found.toSorted((x, y) => y.bytesPerIteration - x.bytesPerIteration);
}

function sumsByKind(mappings: readonly Mapping[]): ReadonlyMap<string | null, Sums> {
  const sums = new Map<string | null, Sums>();
  mappings.forEach((mapping, index) => {
    const what = kindOf(mapping, mappings[index - 1]);
    const { count, bytes, resident } = sums.get(what) ?? NOTHING;
    sums.set(what, {
      count: count + 1,
      bytes: bytes + mapping.bytes,
      resident: resident + mapping.residentBytes,
    });
  });
  return sums;
}

/**
 * Recognises what a mapping is for. Stacks are recognised by the guard page below them: a thread's by its
 * size, a fiber's by being smaller. Null for anything that is not memory of its own: guard pages, and [heap],
 * which is malloc's.
 */
function kindOf({ bytes, permissions, name }: Mapping, below: Mapping | undefined): string | null {
  if (name === '[heap]' || permissions.startsWith('---')) return null;
  if (name.startsWith('[')) return name === '[stack]' ? 'stack of the main thread' : null;
  if (name !== '') return name.split('/').at(-1) ?? name;
  if (permissions.includes('x')) return 'code of the JIT compiler';
  const guarded =
    below !== undefined && below.permissions.startsWith('---') && below.bytes <= STACK_BYTES.least;
  if (guarded && bytes >= STACK_BYTES.least && bytes <= STACK_BYTES.most) {
    return bytes >= THREAD_STACK_BYTES ? 'thread stacks' : 'fiber stacks';
  }
  return 'anonymous memory';
}
