import { child, list, walk, type SyntaxNode } from '../../../src/script/syntax.ts';

const isOurs = (node: SyntaxNode | null): boolean =>
  node?.type === 'ConstantPathNode' && node['name'] === 'MATRIX_LOOP' && node['parent'] === null;

const calls = (node: SyntaxNode | null | undefined, name: string): boolean =>
  node?.type === 'CallNode' && isOurs(child(node, 'receiver')) && node['name'] === name;

/**
 * `(begin; enter; LOOP; rescue …; ensure leave; end)` stands for LOOP, and so does the same with
 * `begin; keep(LOOP); end while again?; kept` in it.
 */
function unwrapped(inside: readonly SyntaxNode[]): SyntaxNode | null {
  const [first, loop] = inside[0]?.type === 'BeginNode' ? list(child(inside[0], 'statements'), 'body') : [];
  if (!calls(first, 'enter')) return null;
  if (loop?.type !== 'WhileNode' || !calls(child(loop, 'predicate'), 'again?')) return loop ?? null;
  const [again] = list(child(loop, 'statements'), 'body');
  const [keep] = list(child(again!, 'statements'), 'body');
  return list(child(keep!, 'arguments'), 'arguments')[1] ?? null;
}

/** `(CONDITION) || on` and `(CONDITION) && !on` stand for CONDITION. */
const asked = (node: SyntaxNode): SyntaxNode | null => {
  const right = /^(And|Or)Node$/.test(node.type) ? child(node, 'right') : null;
  const on = right !== null && right['name'] === '!' ? child(right, 'receiver') : right;
  return calls(on, 'on') ? child(node, 'left') : null;
};

const unparenthesized = (node: SyntaxNode): SyntaxNode => {
  const wrapped = node.type === 'ParenthesesNode' ? unwrapped(list(child(node, 'body'), 'body')) : null;
  if (wrapped !== null) return unparenthesized(wrapped);
  const condition = asked(node);
  if (condition !== null) return unparenthesized(condition);
  const inside = node.type === 'ParenthesesNode' ? list(child(node, 'body'), 'body') : [];
  return inside.length === 1 ? unparenthesized(inside[0]!) : node;
};

/** Replaces a call through the prelude by the original call. */
function undriven(node: SyntaxNode): unknown {
  const [, receiver, name, ...rest] = list(child(node, 'arguments'), 'arguments');
  const block = child(node, 'block');
  const kind = String(node['name']);
  if (kind === 'loop') return { call: 'loop', receiver: null, arguments: [], block: shapeOf(block) };
  const called = kind === 'each' ? name!['unescaped'] : kind;
  const method = typeof called === 'object' ? (called as { value: string }).value : called;
  return { call: method, receiver: shapeOf(receiver!), arguments: rest.map(shapeOf), block: shapeOf(block) };
}

/** Reduces a tree to its meaning, without places, parentheses and what the prelude's calls add. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value
      .filter(
        (one: SyntaxNode) =>
          !(one?.type === 'CallNode' && isOurs(child(one, 'receiver')) && one['name'] === 'tick'),
      )
      .map(shapeOf);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (!('type' in value)) return value;
  const node = unparenthesized(value as SyntaxNode);
  if (node.type === 'CallNode') {
    if (isOurs(child(node, 'receiver'))) return undriven(node);
    const receiver = child(node, 'receiver');
    const isKernel = node['name'] === 'loop' && receiver?.['name'] === 'Kernel';
    const args = list(child(node, 'arguments'), 'arguments').map(shapeOf);
    return {
      call: node['name'],
      receiver: isKernel ? null : shapeOf(receiver),
      arguments: args,
      block: shapeOf(child(node, 'block')),
    };
  }
  // `(tick; work) while true` repeats several statements where one stood.
  if (node.type === 'StatementsNode' || node.type === 'ParenthesesNode') {
    const body = node.type === 'StatementsNode' ? list(node, 'body') : list(child(node, 'body'), 'body');
    const kept = (shapeOf(body) as unknown[]).flatMap((one) => (isBlock(one) ? one.statements : [one]));
    return { statements: kept };
  }
  const fields = Object.entries(node).filter(
    ([key]) => !/loc$|^location$|^flags$|^nodeID$|depth$|closing|opening/i.test(key),
  );
  return Object.fromEntries(fields.map(([key, field]) => [key, shapeOf(field)]));
}

const isBlock = (value: unknown): value is { statements: unknown[] } =>
  typeof value === 'object' && value !== null && 'statements' in value && Object.keys(value).length === 1;

/** Lists the calls into the prelude, in the order of the source. */
export const preludeCalls = (root: SyntaxNode): readonly string[] =>
  [...walk(root)]
    .filter(({ node }) => node.type === 'CallNode' && isOurs(child(node, 'receiver')))
    .map(({ node }) => {
      const [role] = list(child(node, 'arguments'), 'arguments');
      return `${String(node['name'])} ${String(role!['value'])}`;
    });
