import { isJudged, OFTEN } from '../domain/loops/script-loop.ts';
import { isOften, type LoopSite } from './loops.ts';
import { callName, child, end, isWithin, list, walk, type SyntaxNode } from './syntax.ts';
import { findSetUps, type Calls } from './set-up.ts';
import { continuationOf, type Continuation } from './continuation.ts';

/** The loops of a script that take part in a run. */
export interface LoopPlan {
  /** In the order of the source; their position is the number the prelude knows them by. */
  readonly loops: readonly PlannedLoop[];
  /** How many loops of the script are left out because there are too many. */
  readonly leftOut: number;
}

export interface PlannedLoop {
  readonly site: LoopSite;
  readonly way: Continuation;
  /** It may be the subject of the script. */
  readonly subject: boolean;
  readonly method: string | null;
  readonly final: boolean;
  readonly endless: boolean;
  /** Positions of the loops around it, outermost first. */
  readonly around: readonly number[];
}

/** A loop of fewer rounds is no subject: `3.times { GC.start }`. */
const FEWEST = 4;
/** Loops that are counted in one script: each costs a name in every sample. */
const MOST_COUNTED = 64;

/** Finds what a loop repeats: its block, or the statements of a `while`. */
const repeated = (site: LoopSite): SyntaxNode => child(site.node, 'block') ?? site.node;

const isAround = (outer: LoopSite, inner: LoopSite): boolean =>
  repeated(outer) !== inner.node && isWithin(inner.node, repeated(outer));

/**
 * Tells whether the loops are the subject of the script. A script whose loops all run rarely, or only
 * collect, is repeated as a whole.
 */
export function hasSubject(loops: readonly LoopSite[]): boolean {
  const collects = loops.some(
    (site) => site.role === 'collecting' && (site.count ?? 0) >= OFTEN && !isRepeated(site, loops),
  );
  return loops.some((site) => {
    if (!isJudged(site)) return false;
    if (isOften(site)) return true;
    const inside = loops.filter((inner) => isAround(site, inner));
    if (inside.some((inner) => (inner.count ?? OFTEN) * (site.count ?? 1) >= OFTEN)) return true;
    return (
      !collects &&
      (site.count ?? 0) >= FEWEST &&
      methodOf(site) === null &&
      !site.scopes.some(({ type }) => type === 'LambdaNode')
    );
  });
}

const repeats = (outer: LoopSite): boolean => isJudged(outer) || (outer.count ?? 0) >= OFTEN;

/**
 * Tells whether a loop may be the subject of the script: one that is judged, or one that goes over a
 * collection or collects and is not repeated by another loop, a method or a lambda. Only running those shows
 * how often they run.
 */
function isSubject(site: LoopSite, loops: readonly LoopSite[]): boolean {
  if (isJudged(site)) return true;
  if (!isOften(site) || isShortList(child(site.node, 'receiver') ?? child(site.node, 'collection')))
    return false;
  const elsewhere = site.scopes.some(({ type }) => type === 'DefNode' || type === 'LambdaNode');
  const holds = site.role === 'rounds' && loops.some((inner) => isJudged(inner) && isAround(site, inner));
  return (
    !elsewhere && !holds && !loops.some((outer) => outer !== site && repeats(outer) && isAround(outer, site))
  );
}

/** Recognises short literals, as in `[1, 2].each` or `{ a: 1 }.map`: the number of rounds can be read. */
function isShortList(receiver: SyntaxNode | null): boolean {
  if (receiver === null || !/^(Array|Hash)Node$/.test(receiver.type)) return false;
  const elements = list(receiver, 'elements');
  return elements.length < OFTEN && !elements.some(({ type }) => /Splat/.test(type));
}

const isRepeated = (site: LoopSite, loops: readonly LoopSite[]): boolean =>
  loops.some((outer) => isJudged(outer) && isAround(outer, site));

/** Chooses the loops that are counted, all of them if there is room, and the role of each. */
export function planLoops(root: SyntaxNode, found: readonly LoopSite[], total: number): LoopPlan {
  const subjects = new Set(found.filter((site) => isSubject(site, found)));
  // A call that may not be a loop, inside of another loop, is left as written.
  const others = found.filter(
    (site) => !subjects.has(site) && (site.role !== 'collecting' || site.count !== null),
  );
  const first = subjects.size > MOST_COUNTED ? [...subjects] : [...subjects, ...others];
  const chosen = new Set(first.slice(0, MOST_COUNTED));
  const sites = found.filter((site) => chosen.has(site));
  const calls = callsByName(root);
  const outermost = sites.filter((site) => subjects.has(site) && !isRepeated(site, sites));
  const setUps = findSetUps(root, outermost, sites, calls).filter(
    ({ site }) => continuationOf(site) !== null,
  );
  const repeatable = new Set([...subjects, ...setUps.map(({ site }) => site)]);
  const all = [...sites, ...setUps.map(({ site }) => site)].sort(inSource);
  const holds = (outer: LoopSite, site: LoopSite): boolean =>
    isAround(outer, site) || setUps.some((one) => one.site === outer && one.builders.includes(site));
  return {
    loops: all.map((site) => ({
      site,
      way: repeatable.has(site) ? continuationOf(site) : null,
      subject: subjects.has(site),
      method: methodOf(site),
      final: isFinal(site, outermost, sites, calls),
      endless: site.count === Infinity && !canBeLeft(site),
      around: all.flatMap((outer, index) => (holds(outer, site) ? [index] : [])),
    })),
    leftOut: total - found.length + subjects.size + others.length - sites.length,
  };
}

/** Compares two loops by place: one that holds another begins before it, or at the same place and ends behind it. */
const inSource = (a: LoopSite, b: LoopSite): number =>
  a.node.location.startOffset - b.node.location.startOffset ||
  b.node.location.length - a.node.location.length;

function methodOf(site: LoopSite): string | null {
  const method = site.scopes.findLast(({ type }) => type === 'DefNode');
  return method === undefined ? null : String(method['name']);
}

/** Finds where each method of the script is called by name. */
function callsByName(root: SyntaxNode): Calls {
  const defined = new Set<string>();
  for (const { node } of walk(root)) if (node.type === 'DefNode') defined.add(String(node['name']));
  const calls = new Map<string, { readonly node: SyntaxNode; readonly scopes: readonly SyntaxNode[] }[]>();
  if (defined.size === 0) return calls;
  for (const { node, ancestors } of walk(root)) {
    const name = callName(node);
    if (name === null || !defined.has(name)) continue;
    const before = calls.get(name) ?? [];
    if (before.length < 3) before.push({ node, scopes: [...ancestors] });
    calls.set(name, before);
  }
  return calls;
}

/** Tells whether a loop is the last of the script that could be judged, and is reached only once. */
function isFinal(
  site: LoopSite,
  outermost: readonly LoopSite[],
  all: readonly LoopSite[],
  calls: Calls,
): boolean {
  if (!isJudged(site) || !runsOnce(site.scopes, all, calls, 3)) return false;
  const others = outermost.filter((one) => one !== site && !isAround(site, one) && !isAround(one, site));
  if (others.length === 0) return true;
  if (methodOf(site) !== null) return false;
  const after = end(site.node.location);
  return others.every((one) => {
    const method = methodOf(one);
    if (method === null) return one.node.location.startOffset < after;
    const called = calls.get(method) ?? [];
    // A method that the script does not call may be called from elsewhere, such as a test framework.
    return (
      called.length > 0 && called.length < 3 && called.every(({ node }) => node.location.startOffset < after)
    );
  });
}

/**
 * Tells whether these scopes are entered once: no loop, no lambda, no method that is called from two places.
 */
function runsOnce(
  scopes: readonly SyntaxNode[],
  all: readonly LoopSite[],
  calls: Calls,
  depth: number,
): boolean {
  return scopes.every((scope) => {
    if (scope.type === 'LambdaNode') return false;
    if (all.some(({ node }) => node === scope)) return false;
    if (scope.type !== 'DefNode') return true;
    const called = calls.get(String(scope['name'])) ?? [];
    const [only] = called;
    if (only === undefined || called.length > 1 || depth === 0) return false;
    const within = only.scopes.filter(
      (one) => one.type !== 'CallNode' || all.some(({ node }) => node === one),
    );
    return runsOnce(within, all, calls, depth - 1);
  });
}

const WAYS_OUT = new Set(['BreakNode', 'ReturnNode']);
const LEAVING_CALLS = new Set(['throw', 'raise', 'exit', 'exit!', 'abort', 'fail']);

/** Tells whether something in its body may leave the loop: then what follows it may run. */
function canBeLeft(site: LoopSite): boolean {
  for (const { node } of walk(repeated(site))) {
    if (WAYS_OUT.has(node.type) || LEAVING_CALLS.has(callName(node) ?? '')) return true;
  }
  // `loop` ends with the enumerator it reads.
  return site.kind === 'loop' && site.body.some((one) => mentions(one, 'next'));
}

function mentions(root: SyntaxNode, name: string): boolean {
  for (const { node } of walk(root)) if (callName(node) === name) return true;
  return false;
}
