import { isOften, type LoopSite } from './loops.ts';
import { end, isWithin, list, walk, type SyntaxNode } from './syntax.ts';
import { isShared, readsOf, storesOf, usesOf, writesOf } from './variables.ts';

/** Where each method that the script defines is called by name, with everything around the call, outermost first. */
export type Calls = ReadonlyMap<
  string,
  readonly { readonly node: SyntaxNode; readonly scopes: readonly SyntaxNode[] }[]
>;

/** Statements that build something for later loops, as a loop of their own, and the loops that do it. */
export interface SetUp {
  readonly site: LoopSite;
  readonly builders: readonly LoopSite[];
}

/** Statements of one list, from one position to another. */
interface Range {
  readonly statements: readonly SyntaxNode[];
  readonly from: number;
  readonly to: number;
}

/** Variables through which what a loop keeps can be reached. */
interface Stored {
  /** Those that it adds to. */
  readonly names: ReadonlySet<string>;
  /** Variables that receive the return value of the method it is in. */
  readonly returned: ReadonlySet<string>;
}

/** Depth of method calls that is followed. */
const DEPTH = 3;

/**
 * Finds the statements that build something for later loops: from `data = {}` to the end of the loop that fills it.
 * What such a loop keeps has to stay while it is used, so running it for longer proves nothing. Evaluating all of the
 * statements again does: then the variables release what they held, and only lost memory adds up.
 * @param subjects loops that may be what the script is about and that no other loop repeats
 * @param all every loop of the script
 * @returns each as a loop of kind `set-up` with the statements as its body; they may hold, but never cross, each other
 */
export function findSetUps(
  root: SyntaxNode,
  subjects: readonly LoopSite[],
  all: readonly LoopSite[],
  calls: Calls,
): readonly SetUp[] {
  const script = new SetUpFinder(subjects, all, calls);
  const found = [...ancestorsOf(root, subjects)].flatMap(([site, ancestors]) => {
    const stored = { names: storesOf(site.node), returned: new Set<string>() };
    const range = stored.names.size === 0 ? null : script.rangeAround(site.node, ancestors, stored, DEPTH);
    return range === null ? [] : [{ range, builders: [site] }];
  });
  return withoutCrossings(found).map(({ range, builders }) => ({ site: asSite(range), builders }));
}

function ancestorsOf(
  root: SyntaxNode,
  sites: readonly LoopSite[],
): ReadonlyMap<LoopSite, readonly SyntaxNode[]> {
  const byNode = new Map(sites.map((site) => [site.node, site]));
  const found = new Map<LoopSite, readonly SyntaxNode[]>();
  for (const { node, ancestors } of walk(root)) {
    const site = byNode.get(node);
    if (site !== undefined) found.set(site, [...ancestors]);
  }
  return found;
}

class SetUpFinder {
  readonly #subjects: readonly LoopSite[];
  readonly #calls: Calls;
  /** Methods that hold a loop. */
  readonly #looping: ReadonlySet<string>;

  constructor(subjects: readonly LoopSite[], all: readonly LoopSite[], calls: Calls) {
    this.#calls = calls;
    this.#looping = new Set(
      all.flatMap(({ scopes }) => scopes.filter(isMethod).map((method) => String(method['name']))),
    );
    // `5.times { puts list.size }` only prints something.
    this.#subjects = subjects.filter((site) => isOften(site) || this.#repeatsLoop(site, all));
  }

  /**
   * Searches the lists of statements around a node, innermost first, for the one in which the variables it
   * stores into begin.
   */
  rangeAround(
    node: SyntaxNode,
    ancestors: readonly SyntaxNode[],
    stored: Stored,
    depth: number,
  ): Range | null {
    let inner = node;
    for (const outer of ancestors.toReversed()) {
      if (outer.type === 'LambdaNode') return null;
      if (isMethod(outer)) return this.#rangeAroundCall(outer, stored, depth);
      if (outer.type === 'StatementsNode') {
        const all = list(outer, 'body');
        const range = this.#rangeIn(all, all.indexOf(inner), stored);
        if (range !== null) return range;
      }
      inner = outer;
    }
    return null;
  }

  /**
   * Follows what a method stores in its own variables: it may return them to its caller, or they may be
   * arguments it adds to.
   */
  #rangeAroundCall(method: SyntaxNode, { names }: Stored, depth: number): Range | null {
    const [call, ...more] = this.#calls.get(String(method['name'])) ?? [];
    if (call === undefined || more.length > 0 || depth === 0) return null;
    const statement = call.scopes[call.scopes.findLastIndex(({ type }) => type === 'StatementsNode') + 1];
    const shared = [...names].filter(isShared);
    return this.rangeAround(
      call.node,
      call.scopes,
      {
        names: new Set([...shared, ...readsOf(call.node)]),
        returned: statement === undefined ? new Set() : writesOf(statement),
      },
      depth - 1,
    );
  }

  #rangeIn(all: readonly SyntaxNode[], at: number, { names, returned }: Stored): Range | null {
    const before = all.slice(0, at);
    const made = before.flatMap((one) => [...writesOf(one)]).filter((name) => names.has(name));
    const held = new Set([...made, ...returned]);
    if (held.size === 0 || !this.#isUsedLater(held, all, at)) return null;
    return { statements: all, from: beginningOf(all, at, held), to: at };
  }

  #isUsedLater(held: ReadonlySet<string>, all: readonly SyntaxNode[], at: number): boolean {
    const names = new Set(held);
    for (const statement of all.slice(at + 1)) {
      if (![...usesOf(statement)].some((name) => names.has(name))) continue;
      if (this.#holdsLoop(statement)) return true;
      for (const name of writesOf(statement)) names.add(name);
    }
    const shared = [...held].filter(isShared);
    if (shared.length === 0) return false;
    return this.#subjects.some((site) => {
      const isElsewhere = !all.some((statement) => isWithin(site.node, statement));
      return isElsewhere && shared.some((name) => usesOf(site.node).has(name));
    });
  }

  #holdsLoop(statement: SyntaxNode): boolean {
    return this.#subjects.some((site) => isWithin(site.node, statement)) || this.#callsLoop(statement);
  }

  #callsLoop(code: SyntaxNode): boolean {
    return [...this.#looping].some((name) => this.#calls.get(name)?.some(({ node }) => isWithin(node, code)));
  }

  #repeatsLoop({ node }: LoopSite, all: readonly LoopSite[]): boolean {
    return all.some((one) => one.node !== node && isWithin(one.node, node)) || this.#callsLoop(node);
  }
}

const isMethod = ({ type }: SyntaxNode): boolean => type === 'DefNode';

/** Finds the first statement that has to be evaluated again so that the last one starts from nothing. */
function beginningOf(all: readonly SyntaxNode[], at: number, held: ReadonlySet<string>): number {
  const needed = new Set(held);
  let from = at + 1;
  for (let i = at; i >= 0; i -= 1) {
    const statement = all[i];
    if (statement === undefined) continue;
    const isNeeded = i === at || [...writesOf(statement)].some((name) => needed.has(name));
    if (!isNeeded) continue;
    for (const one of all.slice(i, from)) for (const name of readsOf(one)) needed.add(name);
    from = i;
  }
  return from;
}

interface Found {
  readonly range: Range;
  readonly builders: readonly LoopSite[];
}

/** Merges overlapping ranges of one list. */
function withoutCrossings(all: readonly Found[]): readonly Found[] {
  const joined: Found[] = [];
  for (const found of all.toSorted((a, b) => a.range.from - b.range.from)) {
    const { range, builders } = found;
    const index = joined.findIndex(
      (one) => one.range.statements[0] === range.statements[0] && range.from <= one.range.to,
    );
    const other = joined[index];
    if (other === undefined) joined.push(found);
    else
      joined[index] = {
        range: { ...other.range, to: Math.max(other.range.to, range.to) },
        builders: [...other.builders, ...builders],
      };
  }
  return joined;
}

/** Makes one loop of the statements: a new node that holds them, which is not in the syntax tree. */
function asSite({ statements: all, from, to }: Range): LoopSite {
  const body = all.slice(from, to + 1);
  const startOffset = body[0]?.location.startOffset ?? 0;
  const last = body.at(-1);
  const length = last === undefined ? 0 : end(last.location) - startOffset;
  const node = { type: 'SetUpNode', location: { startOffset, length }, body };
  return { node, kind: 'set-up', role: 'collecting', count: null, body, scopes: [] };
}
