import type { LoopSite } from './loops.ts';
import { callName, child, list, statements, walk, type SyntaxNode, withoutParentheses } from './syntax.ts';

/** How a loop can be made to run more often than the script says; null: only as written. */
export type Continuation =
  /** The prelude calls its body. */
  | { readonly kind: 'driven' }
  /** Its end conditions compare a counter, and are ignored. */
  | { readonly kind: 'conditions'; readonly conditions: readonly Condition[] }
  /** The whole expression is evaluated again, and the last value is its value. */
  | { readonly kind: 'repeated' }
  | null;

/** A condition that ends a loop: where it is true, or where it is false. */
export interface Condition {
  readonly node: SyntaxNode;
  readonly endsWhen: boolean;
}

const COMPARISONS = new Set(['<', '<=', '>', '>=', '!=', '==']);
const STEPS = new Set(['+', '-', 'succ', 'next', 'pred']);

/** Nodes whose `break` and `next` do not leave what is around them. */
const CATCHES = new Set(['BlockNode', 'LambdaNode', 'WhileNode', 'UntilNode', 'ForNode', 'DefNode']);

/** Chooses how a loop can be made to run on. */
export function continuationOf(site: LoopSite): Continuation {
  const ends = conditionsOf(site);
  const counters = ends.length === 0 ? new Set<string>() : countersOf(site);
  const conditions = ends.filter(({ node }) => comparesCounter(node, counters));
  if (conditions.length > 0) return { kind: 'conditions', conditions };
  if (site.role === 'driven') return { kind: 'driven' };
  const isKeyword = site.node.type === 'WhileNode' || site.node.type === 'UntilNode';
  return isKeyword || jumps(site) ? null : { kind: 'repeated' };
}

/**
 * Finds the conditions that end a `while` or `until`, and those of each `break if` in the body of it or of an endless
 * call (`loop`, `1.step`, `(1..).each`): only a break ends that.
 */
function conditionsOf({ node, body, count }: LoopSite): readonly Condition[] {
  const breaks = count === Infinity || node.type === 'WhileNode' || node.type === 'UntilNode';
  const inside = breaks ? body.flatMap((one) => breakCondition(one) ?? []) : [];
  const predicate = child(node, 'predicate');
  if (predicate === null) return inside;
  return [{ node: predicate, endsWhen: node.type === 'UntilNode' }, ...inside];
}

/** Reads the condition of `break if CONDITION`, without a value. */
function breakCondition(node: SyntaxNode): Condition | null {
  if (node.type !== 'IfNode' && node.type !== 'UnlessNode') return null;
  const [only, ...more] = statements(child(node, 'statements'));
  const other = child(node, 'subsequent') ?? child(node, 'elseClause');
  const predicate = child(node, 'predicate');
  if (only?.type !== 'BreakNode' || more.length > 0 || other !== null || predicate === null) return null;
  return child(only, 'arguments') === null ? { node: predicate, endsWhen: node.type === 'IfNode' } : null;
}

/** Finds the variables that the loop counts up or down, and what an endless call counts for its block. */
function countersOf(site: LoopSite): ReadonlySet<string> {
  const names = new Set<string>(site.count === Infinity ? parametersOf(site.node) : []);
  for (const { node } of walk(site.node)) if (isStep(node)) names.add(String(node['name']));
  return names;
}

/** Lists the variables that each iteration is given: the parameters of a call's block, or the index of a `for`. */
function parametersOf(loop: SyntaxNode): readonly string[] {
  const declared = child(child(loop, 'block') ?? loop, 'parameters');
  const named = declared === null ? [] : list(child(declared, 'parameters'), 'requireds');
  return [...named, child(loop, 'index')].flatMap((one) =>
    typeof one?.['name'] === 'string' ? [one['name']] : [],
  );
}

/** Recognises conditions on a counter: `i < 1000`, `(i += 1) == LIMIT`. */
function comparesCounter(condition: SyntaxNode, counters: ReadonlySet<string>): boolean {
  const comparison = withoutParentheses(condition);
  if (!COMPARISONS.has(callName(comparison) ?? '')) return false;
  const sides = [child(comparison, 'receiver'), ...list(child(comparison, 'arguments'), 'arguments')];
  return sides.some((side) => side !== null && isCounter(withoutParentheses(side), counters));
}

const isCounter = (side: SyntaxNode, counters: ReadonlySet<string>): boolean =>
  isStep(side) ||
  (/^(Local|Instance|Global)VariableReadNode$/.test(side.type) && counters.has(String(side['name'])));

/** Recognises steps of a counter: `i += 1`, `i = i + 1`, `i = i.succ`. */
function isStep(node: SyntaxNode): boolean {
  if (node.type.endsWith('VariableOperatorWriteNode')) return STEPS.has(String(node['binaryOperator']));
  const value = child(node, 'value');
  if (!node.type.endsWith('VariableWriteNode') || value === null || !STEPS.has(callName(value) ?? ''))
    return false;
  const from = child(value, 'receiver');
  return from !== null && from.type.endsWith('VariableReadNode') && from['name'] === node['name'];
}

/**
 * Tells whether something leaves the loop on purpose, or its receiver or arguments leave the code around it.
 */
function jumps({ node }: LoopSite): boolean {
  const own = child(node, 'block') ?? child(node, 'statements');
  for (const { node: one, ancestors } of walk(node)) {
    if (!/^(Break|Next|Redo|Retry)Node$/.test(one.type)) continue;
    const caught = ancestors.some((around) => around !== node && around !== own && CATCHES.has(around.type));
    const isInside = own !== null && ancestors.includes(own);
    if (!caught && (one.type === 'BreakNode' || !isInside)) return true;
  }
  return false;
}
