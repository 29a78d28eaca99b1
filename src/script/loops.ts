import { callName, child, list, statements, walk, type SyntaxNode } from './syntax.ts';

/**
 * A loop of the script.
 * - `driven`: called through the prelude, which may go on past the script's own count;
 * - `ticked`: runs as written and is counted by a call at the start of its body.
 */
export interface LoopSite {
  readonly node: SyntaxNode;
  /** `times`, `upto`, `each`, `loop`, `while`, … */
  readonly kind: string;
  readonly drive: 'driven' | 'ticked';
  /** How often it runs as written: a literal count, Infinity, or null when only running it can tell. */
  readonly count: number | null;
  /** Its body's statements, in order. */
  readonly body: readonly SyntaxNode[];
  /** Name of the method it stands in; null for a loop of the script itself. */
  readonly method: string | null;
  /** True when another loop of the script encloses it. */
  readonly nested: boolean;
}

const STEPPED = new Set(['upto', 'downto', 'step']);
const LOOPS = new Set(['WhileNode', 'UntilNode', 'ForNode']);
/** Endings of a counted chain such as `1000.times.map { … }`: counted as written. */
const CHAINED = new Set(
  'map each collect flat_map select reject each_with_index each_with_object with_index with_object each_slice each_cons inject reduce sum to_h filter_map map_with_index'.split(
    ' ',
  ),
);

const unwrap = (node: SyntaxNode | null): SyntaxNode | null => {
  if (node?.type !== 'ParenthesesNode') return node;
  const inside = statements(child(node, 'body'));
  return inside.length === 1 ? unwrap(inside[0] ?? null) : node;
};

/** Values of constants and variables that are given an integer literal once. */
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

function integer(node: SyntaxNode | null, names: ReadonlyMap<string, number>): number | null {
  const value = unwrap(node);
  if (value?.type === 'IntegerNode') return Number(value['value']);
  if (value !== null && /(Constant|Variable)ReadNode$/.test(value.type)) {
    return names.get(String(value['name'])) ?? null;
  }
  return null;
}

function rangeCount(range: SyntaxNode, names: ReadonlyMap<string, number>): number | null {
  const to = child(range, 'right');
  if (to === null) return Infinity;
  const low = integer(child(range, 'left'), names);
  const high = integer(to, names);
  return low === null || high === null ? null : Math.max(0, high - low + 1);
}

function callLoop(
  node: SyntaxNode,
  names: ReadonlyMap<string, number>,
): Pick<LoopSite, 'kind' | 'drive' | 'count'> | null {
  const name = callName(node);
  const receiver = child(node, 'receiver');
  const inner = unwrap(receiver);
  const args = list(child(node, 'arguments'), 'arguments');
  if (name === null || child(node, 'block') === null) return null;
  if (name === 'loop' && args.length === 0 && (receiver === null || receiver['name'] === 'Kernel')) {
    return { kind: 'loop', drive: 'driven', count: Infinity };
  }
  if (inner === null) return null;
  if (name === 'times' && args.length === 0)
    return { kind: 'times', drive: 'driven', count: integer(inner, names) };
  if (inner.type === 'RangeNode' && (name === 'each' || name === 'step')) {
    return { kind: name, drive: 'driven', count: name === 'each' ? rangeCount(inner, names) : null };
  }
  if (STEPPED.has(name)) {
    const low = integer(inner, names);
    const high = integer(args[0] ?? null, names);
    // Keyword arguments don't survive being handed on by every Ruby: those loops are counted as written.
    const drive = args.some((arg) => arg.type === 'KeywordHashNode') ? 'ticked' : 'driven';
    const step = name === 'step' ? (args.length > 1 ? integer(args[1] ?? null, names) : 1) : 1;
    const count =
      low === null || high === null || !step ? null : Math.floor(Math.abs(high - low) / Math.abs(step)) + 1;
    return { kind: name, drive, count: name === 'step' && args.length === 0 ? Infinity : count };
  }
  if (CHAINED.has(name) && child(node, 'block')?.type === 'BlockNode') {
    if (inner.type === 'RangeNode') return { kind: name, drive: 'ticked', count: rangeCount(inner, names) };
    const source =
      callName(inner) === 'times' && child(inner, 'block') === null ? child(inner, 'receiver') : null;
    if (source !== null) return { kind: `times.${name}`, drive: 'ticked', count: integer(source, names) };
  }
  return null;
}

function keywordLoop(
  node: SyntaxNode,
  names: ReadonlyMap<string, number>,
): Pick<LoopSite, 'kind' | 'drive' | 'count'> | null {
  if (!LOOPS.has(node.type)) return null;
  if (node.type === 'ForNode') {
    const over = unwrap(child(node, 'collection'));
    return {
      kind: 'for',
      drive: 'ticked',
      count: over?.type === 'RangeNode' ? rangeCount(over, names) : null,
    };
  }
  const test = unwrap(child(node, 'predicate'))?.type;
  const forever =
    node.type === 'WhileNode'
      ? test === 'TrueNode' || test === 'IntegerNode'
      : test === 'FalseNode' || test === 'NilNode';
  return {
    kind: node.type === 'WhileNode' ? 'while' : 'until',
    drive: 'ticked',
    count: forever ? Infinity : null,
  };
}

function bodyOf(node: SyntaxNode): readonly SyntaxNode[] {
  if (node.type !== 'CallNode') {
    const body = statements(child(node, 'statements'));
    const [only] = body;
    // `begin … end while true`: what it repeats stands inside.
    return body.length === 1 && only?.type === 'BeginNode' && statements(only).length === 0 ? [] : body;
  }
  const block = child(node, 'block');
  return block === null ? [] : statements(child(block, 'body'));
}

/** All loops of a script, in the order of the source. Loops over a collection's elements are not among them. */
export function findLoops(root: SyntaxNode): readonly LoopSite[] {
  const names = literalNames(root);
  const found: LoopSite[] = [];
  const nodes = new Set<SyntaxNode>();
  for (const { node, ancestors } of walk(root)) {
    const loop = callLoop(node, names) ?? keywordLoop(node, names);
    if (loop === null || (loop.drive === 'ticked' && bodyOf(node).length === 0)) continue;
    const def = ancestors.findLast((one) => one.type === 'DefNode');
    nodes.add(node);
    found.push({
      ...loop,
      node,
      body: bodyOf(node),
      method: def === undefined ? null : String(def['name']),
      nested: ancestors.some((one) => nodes.has(one)),
    });
  }
  return found;
}
