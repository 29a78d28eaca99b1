import type { NativeFinding } from '../../domain/leak/explanation.ts';
import type { NativeTrace, SiteCounters, TracedSite } from '../../domain/leak/native-trace.ts';

/** Factor by which a rate may differ between two windows: a buffer that doubles grows in steps. */
const ALIKE = 0.25;
/** Share of blocks that may have another size where "blocks of 56 bytes" is reported. */
const OTHER_SIZES = 0.1;

/** Blocks more or less that may come of a buffer that is enlarged. */
const FEW = 2;

/** Sum of sites that are the same for a reader: the same functions on the stack, at the same line. */
interface Merged {
  readonly first: TracedSite;
  readonly marks: readonly SiteCounters[];
  readonly sizes: ReadonlySet<number>;
  readonly varied: number;
}

/**
 * Finds sites whose live bytes grow in each window, largest first: a one-off leftover shows in one window
 * only, and returned memory in none.
 */
export function growingSites(trace: NativeTrace): readonly NativeFinding[] {
  const [from, middle, to] = trace.iterations;
  if (from === undefined || middle === undefined || to === undefined || !(from < middle && middle < to))
    return [];
  return mergedSites(trace.sites)
    .filter(({ marks }) => growsInBoth(marks, middle - from, to - middle))
    .map((site) => finding(site, to - from))
    .toSorted((a, b) => b.bytesPerIteration - a.bytesPerIteration);
}

/** Share of the growth of a window from which a block that was enlarged there alone matters. */
const ENLARGED = 0.02;

/**
 * Chooses the windows whose growth shows what findings add up to: both, unless a block that no finding has was enlarged
 * in one of them alone, such as a table of Ruby's own that was full just then.
 * @param grown live bytes that were added in each window
 */
export function steadyWindows(
  trace: NativeTrace,
  grown: readonly [number, number],
): readonly [boolean, boolean] {
  const [from, middle, to] = trace.iterations;
  if (from === undefined || middle === undefined || to === undefined) return [true, true];
  const once = mergedSites(trace.sites).filter(
    ({ marks }) => !growsInBoth(marks, middle - from, to - middle) && Math.abs(delta(marks, 'blocks')) <= FEW,
  );
  const added = (mark: 1 | 2): number =>
    once.reduce(
      (all, { marks }) => all + Math.max(0, (marks[mark]?.bytes ?? 0) - (marks[mark - 1]?.bytes ?? 0)),
      0,
    );
  const [early, late] = [added(1) <= ENLARGED * grown[0], added(2) <= ENLARGED * grown[1]];
  return early === late ? [true, true] : [early, late];
}

function growsInBoth(marks: readonly SiteCounters[], early: number, late: number): boolean {
  const [a, b, c] = marks;
  if (a === undefined || b === undefined || c === undefined) return false;
  const [first, second] = [(b.bytes - a.bytes) / early, (c.bytes - b.bytes) / late];
  return Math.min(first, second) > ALIKE * Math.max(first, second) && Math.max(first, second) > 0;
}

function finding({ first, marks, sizes, varied }: Merged, iterations: number): NativeFinding {
  const allocations = delta(marks, 'allocations');
  const blocks = delta(marks, 'blocks');
  const total = marks.at(-1)?.allocations ?? 0;
  return {
    kind: 'native',
    script: first.script,
    innermost: first.innermost,
    bytesPerIteration: delta(marks, 'bytes') / iterations,
    blocksPerIteration: blocks / iterations,
    blockBytes: sizes.size === 1 && varied <= Math.max(1, total * OTHER_SIZES) ? first.blockBytes : null,
    // Bytes grow but not blocks: the same few are enlarged.
    grows: blocks <= FEW,
    allocations,
    frees: delta(marks, 'frees'),
    stack: first.stack,
  };
}

function delta(marks: readonly SiteCounters[], key: keyof SiteCounters): number {
  return (marks.at(-1)?.[key] ?? 0) - (marks[0]?.[key] ?? 0);
}

/**
 * Merges sites that a reader takes for one: several calls in one function, or several addresses of one call,
 * are several sites to the tracer.
 */
function mergedSites(sites: readonly TracedSite[]): readonly Merged[] {
  return [...Map.groupBy(sites, keyOf).values()].flatMap((same) => {
    const [first] = same.toSorted((a, b) => (b.marks.at(-1)?.bytes ?? 0) - (a.marks.at(-1)?.bytes ?? 0));
    if (first === undefined) return [];
    const marks = first.marks.map((_, mark) => sum(same.flatMap((site) => site.marks[mark] ?? [])));
    const varied = same.reduce((total, site) => total + site.varied - 1, 1);
    return [{ first, marks, sizes: new Set(same.map((site) => site.blockBytes)), varied }];
  });
}

/**
 * Makes the key of a site. Unnamed functions are distinguished by their addresses, or all stripped stacks
 * would be one.
 */
function keyOf({ script, innermost, stack }: TracedSite): string {
  const names = stack
    .filter((frame) => !frame.inlined)
    .map((frame) => frame.function ?? `${frame.library}+${frame.offset}`);
  return JSON.stringify([script, innermost, names]);
}

function sum(counters: readonly SiteCounters[]): SiteCounters {
  const total = (key: keyof SiteCounters): number => counters.reduce((all, one) => all + one[key], 0);
  return {
    allocations: total('allocations'),
    frees: total('frees'),
    blocks: total('blocks'),
    bytes: total('bytes'),
  };
}
