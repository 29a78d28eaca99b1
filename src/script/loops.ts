import { OFTEN, type LoopRole } from '../domain/loops/script-loop.ts';
import { callName, child, list, statements, walk, type SyntaxNode, withoutParentheses } from './syntax.ts';

/** A loop in the script's syntax tree. */
export interface LoopSite {
  readonly node: SyntaxNode;
  /** `times`, `upto`, `each`, `loop`, `while`, … */
  readonly kind: string;
  readonly role: LoopRole;
  /** How often it runs as written: a literal count, Infinity, or null when only running it can show. */
  readonly count: number | null;
  /** Its body's statements, in order. */
  readonly body: readonly SyntaxNode[];
  /** What encloses it, outermost first: other loops, blocks, methods, lambdas. */
  readonly scopes: readonly SyntaxNode[];
}

/** Tells whether a loop runs often as written, or may. */
export const isOften = ({ count }: LoopSite): boolean => count === null || count >= OFTEN;

type Found = Pick<LoopSite, 'kind' | 'role' | 'count'>;

const STEPPED = new Set(['upto', 'downto', 'step']);
const LOOPS = new Set(['WhileNode', 'UntilNode', 'ForNode']);
/** Endings of a counted chain such as `1000.times.each_slice(2) { … }`. */
const CHAINED = new Set('each each_with_index with_index each_slice each_cons sum each_entry'.split(' '));
/** Those that build up their result while they run. */
const COLLECTING = new Set(
  'map collect flat_map collect_concat select filter reject each_with_object with_object inject reduce to_h filter_map map_with_index partition group_by zip to_a sort_by min_by max_by'.split(
    ' ',
  ),
);
/** Calls with a block that go over the elements of whatever they are called on. */
const ROUNDS = new Set(
  'each each_pair each_with_index each_key each_value each_entry reverse_each'.split(' '),
);
/** Nodes whose content runs later or elsewhere, not in the order of the source. */
const SCOPES = new Set([
  'BlockNode',
  'DefNode',
  'LambdaNode',
  'WhileNode',
  'UntilNode',
  'ForNode',
  'CallNode',
]);

/** Finds constants and variables that are assigned exactly once, an integer literal, with its value. */
function literalNames(root: SyntaxNode): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  const twice = new Set<string>();
  for (const { node } of walk(root)) {
    if (!/^(LocalVariable|Constant|GlobalVariable).*(Write|Target)Node$/.test(node.type)) continue;
    const name = String(node['name']);
    const value = child(node, 'value');
    if (found.has(name) || twice.has(name) || value?.type !== 'IntegerNode') twice.add(name);
    else found.set(name, Number(value['value']));
  }
  for (const name of twice) found.delete(name);
  return found;
}

/** Tells whether a call may be given this keyword: any could come with `**options`. */
const hasKeyword = (keywords: SyntaxNode | undefined, name: string): boolean =>
  list(keywords ?? null, 'elements').some((one) => {
    const text = child(one, 'key')?.['unescaped'];
    return typeof text !== 'object' || text === null || !('value' in text) || text.value === name;
  });

/** Reads a literal integer, a name for one, or Float::INFINITY. */
function integer(node: SyntaxNode | null, names: ReadonlyMap<string, number>): number | null {
  const value = withoutParentheses(node);
  if (value?.type === 'IntegerNode') return Number(value['value']);
  if (value !== null && /(Constant|Variable)ReadNode$/.test(value.type)) {
    return names.get(String(value['name'])) ?? null;
  }
  return value?.type === 'ConstantPathNode' && value['name'] === 'INFINITY' ? Infinity : null;
}

function rangeCount(range: SyntaxNode, names: ReadonlyMap<string, number>): number | null {
  const to = child(range, 'right');
  if (to === null) return Infinity;
  const low = integer(child(range, 'left'), names);
  const high = integer(to, names);
  return low === null || high === null ? null : Math.max(0, high - low + 1);
}

function callLoop(node: SyntaxNode, names: ReadonlyMap<string, number>): Found | null {
  const name = callName(node);
  const receiver = child(node, 'receiver');
  const inner = withoutParentheses(receiver);
  const args = list(child(node, 'arguments'), 'arguments');
  if (name === null || child(node, 'block') === null) return null;
  if (name === 'loop' && args.length === 0 && (receiver === null || receiver['name'] === 'Kernel')) {
    return { kind: 'loop', role: 'driven', count: Infinity };
  }
  if (inner === null) return null;
  if (name === 'times' && args.length === 0)
    return { kind: 'times', role: 'driven', count: integer(inner, names) };
  if (inner.type === 'RangeNode' && (name === 'each' || name === 'step')) {
    return { kind: name, role: 'driven', count: name === 'each' ? rangeCount(inner, names) : null };
  }
  if (STEPPED.has(name)) {
    const low = integer(inner, names);
    const high = integer(args[0] ?? null, names);
    // Not every Ruby passes keyword arguments on unchanged: those loops are counted as written.
    const keywords = args.find((arg) => arg.type === 'KeywordHashNode');
    const role = keywords === undefined ? 'driven' : 'counted';
    const isEndless =
      name === 'step' && (args.length === 0 || (args[0] === keywords && !hasKeyword(keywords, 'to')));
    const step = name === 'step' ? (args.length > 1 ? integer(args[1] ?? null, names) : 1) : 1;
    const count =
      low === null || high === null || !step ? null : Math.floor(Math.abs(high - low) / Math.abs(step)) + 1;
    return { kind: name, role, count: isEndless ? Infinity : count };
  }
  if (child(node, 'block')?.type !== 'BlockNode') return null;
  if (name === 'new' && inner['name'] === 'Array' && args.length === 1)
    return { kind: 'Array.new', role: 'collecting', count: integer(args[0] ?? null, names) };
  const chain = chainLoop(name, inner, names);
  if (chain !== null) return chain;
  if (ROUNDS.has(name)) return { kind: name, role: 'rounds', count: null };
  return COLLECTING.has(name) || takesSomething(node)
    ? { kind: name, role: 'collecting', count: null }
    : null;
}

/**
 * Tells whether a block takes parameters: then it may be called once per element (`File.foreach(path) {
 * |line| … }`), which only running it can show. What such a call gathers is not known, so it counts as
 * collecting.
 */
function takesSomething(node: SyntaxNode): boolean {
  const block = child(node, 'block');
  return block?.type === 'BlockNode' && child(block, 'parameters') !== null;
}

/**
 * Recognises a chained loop: `1000.times.map { … }`, `(1..1000).each_slice(2) { … }`, with a lazy or
 * with_index in between.
 */
function chainLoop(name: string, receiver: SyntaxNode, names: ReadonlyMap<string, number>): Found | null {
  const role = COLLECTING.has(name) ? 'collecting' : CHAINED.has(name) ? 'counted' : null;
  if (role === null) return null;
  if (receiver.type === 'RangeNode') return { kind: name, role, count: rangeCount(receiver, names) };
  if (child(receiver, 'block') !== null) return null;
  const via = callName(receiver);
  const source = withoutParentheses(child(receiver, 'receiver'));
  if (via === 'times' && source !== null)
    return { kind: `times.${name}`, role, count: integer(source, names) };
  if (via === 'loop' && source === null) return { kind: `loop.${name}`, role, count: Infinity };
  const steps = COLLECTING.has(via ?? '') || CHAINED.has(via ?? '');
  const inner = steps && source !== null ? chainLoop(via ?? '', source, names) : null;
  if (inner === null) return null;
  return { kind: inner.kind, role: inner.role === 'collecting' ? 'collecting' : role, count: inner.count };
}

function keywordLoop(node: SyntaxNode, names: ReadonlyMap<string, number>): Found | null {
  if (!LOOPS.has(node.type)) return null;
  if (node.type === 'ForNode') {
    const over = withoutParentheses(child(node, 'collection'));
    return {
      kind: 'for',
      role: over?.type === 'RangeNode' ? 'counted' : 'rounds',
      count: over?.type === 'RangeNode' ? rangeCount(over, names) : null,
    };
  }
  const test = withoutParentheses(child(node, 'predicate'))?.type;
  const forever =
    node.type === 'WhileNode'
      ? test === 'TrueNode' || test === 'IntegerNode'
      : test === 'FalseNode' || test === 'NilNode';
  return {
    kind: node.type === 'WhileNode' ? 'while' : 'until',
    role: 'counted',
    count: forever ? Infinity : null,
  };
}

function bodyOf(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type !== 'CallNode') {
    const body = statements(child(node, 'statements'));
    const [only] = body;
    // Of `begin … end while true` the statements inside are repeated.
    return body.length === 1 && only?.type === 'BeginNode' && statements(only).length === 0 ? [] : body;
  }
  const block = child(node, 'block');
  return block === null ? [] : statements(child(block, 'body'));
}

/** Most loops that are read; the rest is only counted. */
const MOST_LOOPS = 256;

export interface FoundLoops {
  /** In the order of the source, at most 256. */
  readonly loops: readonly LoopSite[];
  /** How many there are in all. */
  readonly total: number;
}

/** Finds all loops of a script, in the order of the source. */
export function findLoops(root: SyntaxNode): FoundLoops {
  const names = literalNames(root);
  const loops: LoopSite[] = [];
  const nodes = new Set<SyntaxNode>();
  let total = 0;
  for (const { node, ancestors } of walk(root)) {
    const loop = callLoop(node, names) ?? keywordLoop(node, names);
    if (loop === null) continue;
    const body = bodyOf(node);
    if (loop.role !== 'driven' && body.length === 0) continue;
    total += 1;
    if (loops.length >= MOST_LOOPS) continue;
    nodes.add(node);
    const scopes = ancestors.filter(
      (one) => SCOPES.has(one.type) && (one.type !== 'CallNode' || nodes.has(one)),
    );
    loops.push({ ...loop, node, body, scopes });
  }
  return { loops, total };
}
