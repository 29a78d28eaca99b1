import type { HeldBy } from '../../../domain/leak/explanation.ts';
import type { Heap } from '../graph/heap.ts';
import type { Labels } from '../graph/labels.ts';
import { RetainedSizes } from './retained-sizes.ts';
import { ShortestPaths, type PathStart } from './shortest-paths.ts';
import { REGISTERED_WORDS, registrySteps, describeRoot } from './describe-root.ts';

/** A longer path is cut in the middle. */
const MOST_STEPS = 12;
/** Most steps that are examined: a linked list may have millions, so of a longer path only both ends are. */
const MOST_LOOKED_AT = 200;
/** Share of the most frequent path's count from which a shorter path is preferred. */
const NEARLY = 0.7;
/**
 * Steps by which a source must be nearer to be preferred: a variable of the script explains more than a
 * class, a class more than the VM, and the C stack refers to whatever was used last.
 */
const DELAY = { module: 1, root: 3, vm: 4, machine_context: 6 };

/** A step of a path, and the object that it is; null for a root that is none. */
interface Step extends Pick<HeldBy, 'label' | 'className'> {
  readonly id: number | null;
}

/** Finds what holds objects of the third dump. */
export class Retainers {
  readonly #heap: Heap;
  readonly #labels: Labels;
  readonly #shortestPaths: ShortestPaths;
  readonly #sizes: RetainedSizes;
  readonly #roots: (string | null)[] = [];

  constructor(heap: Heap, labels: Labels, wanted: ReadonlySet<number>) {
    this.#heap = heap;
    this.#labels = labels;
    const sources = this.#sources();
    this.#shortestPaths = new ShortestPaths(heap, sources, wanted);
    this.#sizes = new RetainedSizes(heap, sources);
  }

  /** Finds the path that most of these objects share; empty where none of them is held by anything known. */
  pathOf(ids: readonly number[]): readonly HeldBy[] {
    const counts = new Map<string, { count: number; readonly path: readonly Step[] }>();
    for (const id of ids) {
      const path = this.#path(id);
      if (path.length === 0) continue;
      const key = JSON.stringify(path.map(({ label, className }) => [label, className]));
      const seen = counts.get(key) ?? { count: 0, path };
      seen.count += 1;
      counts.set(key, seen);
    }
    const ranked = [...counts.values()].sort((a, b) => b.count - a.count);
    const often = ranked.filter(({ count }) => count >= (ranked[0]?.count ?? 0) * NEARLY);
    const path = often.sort((a, b) => a.path.length - b.path.length)[0]?.path ?? [];
    return path.map((step, index) => this.#heldBy(step, index === path.length - 1 && path.length > 1));
  }

  #sources(): readonly PathStart[] {
    const { objects, modules } = this.#labels.sources(this.#heap);
    const named = (addresses: readonly number[], delay: number): PathStart => {
      this.#roots.push(null);
      return { delay, each: (visit) => addresses.forEach(visit) };
    };
    return [
      named(objects, 0),
      named(modules, DELAY.module),
      ...this.#heap.roots.map((root) => {
        this.#roots.push(root.name);
        const delay = root.name === 'vm' || root.name === 'machine_context' ? DELAY[root.name] : DELAY.root;
        return { delay, each: (visit: (address: number) => void) => this.#heap.eachOfRoot(root, visit) };
      }),
    ];
  }

  /** Adds what a holder retains; what is held at the end is one of many, and says nothing by its size. */
  #heldBy({ label, className, id }: Step, isHeld: boolean): HeldBy {
    const retainedBytes = id === null || isHeld ? null : this.#sizes.of(id);
    return retainedBytes === null ? { label, className } : { label, className, retainedBytes };
  }

  #path(id: number): readonly Step[] {
    const way = this.#shortestPaths.pathTo(id);
    if (way === null) return [];
    const root = this.#roots[way.source] ?? null;
    const ids = way.steps.length > MOST_LOOKED_AT ? endsOf(way.steps) : way.steps;
    const steps = ids.map((step, index) => ({
      label: this.#labelOf(ids[index - 1], step, index === ids.length - 1),
      className: this.#heap.titleOf(step),
      id: step,
    }));
    if (root === null) return shortened(steps);
    const registry = registrySteps(
      root,
      steps.map(({ className }) => className),
    );
    const from = {
      label: registry === null ? describeRoot(root) : REGISTERED_WORDS,
      className: null,
      id: null,
    };
    return shortened([from, ...steps.slice(registry ?? 0)]);
  }

  #labelOf(owner: number | undefined, id: number, isLast: boolean): string | null {
    const label = owner === undefined ? this.#labels.own.get(id) : this.#labels.edge(owner, id);
    if (label !== undefined && label !== null) return label;
    return isLast ? null : (this.#labels.own.get(id) ?? this.#heap.moduleLabel(id));
  }
}

const endsOf = (ids: readonly number[]): readonly number[] => [
  ...ids.slice(0, MOST_LOOKED_AT / 2),
  ...ids.slice(-MOST_LOOKED_AT / 2),
];

const same = (a: Step | undefined, b: Step | undefined): boolean =>
  a !== undefined && b !== undefined && a.label === b.label && a.className === b.className;

/** Removes repetitions, as in a linked list, and the middle of what is still long. */
function shortened(path: readonly Step[]): readonly Step[] {
  const kept: Step[] = [];
  for (const step of path) {
    kept.push(step);
    for (const period of [1, 2]) {
      const tail = kept.slice(-period);
      const before = kept.slice(-2 * period, -period);
      if (before.length === period && tail.every((one, i) => same(one, before[i]))) kept.splice(-period);
    }
  }
  if (kept.length <= MOST_STEPS) return kept;
  const half = MOST_STEPS / 2;
  return [...kept.slice(0, half), { label: '…', className: null, id: null }, ...kept.slice(-half)];
}
