/**
 * A Ruby syntax tree as plain JSON, in the shape Prism serialises: every node has a type and a place, its
 * other fields are nodes, lists of nodes, or values. Offsets count bytes of the UTF-8 source.
 */
export interface SourceRange {
  readonly startOffset: number;
  readonly length: number;
}

export interface SyntaxNode {
  readonly type: string;
  readonly location: SourceRange;
  readonly [field: string]: unknown;
}

export interface ParsedScript {
  readonly root: SyntaxNode;
  readonly comments: readonly SourceRange[];
  /** Place of `__END__` and what follows, if there is one. */
  readonly data: SourceRange | null;
  readonly errors: readonly { readonly message: string; readonly location: SourceRange }[];
}

/** Parses Ruby of any release. Never throws for bad Ruby: the result has `errors`. */
export type ScriptParser = (text: string) => ParsedScript;

export const end = (place: SourceRange): number => place.startOffset + place.length;

/** Tells whether a piece of the source is within another one, or the same. */
export const isWithin = (inner: SyntaxNode, outer: SyntaxNode): boolean =>
  outer.location.startOffset <= inner.location.startOffset && end(inner.location) <= end(outer.location);

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && 'type' in value && 'location' in value;

/** Reads a field that holds one node; null where it is empty or holds something else. */
export function child(node: SyntaxNode, field: string): SyntaxNode | null {
  const value = node[field];
  return isNode(value) ? value : null;
}

/** Reads a field that holds a list of nodes. */
export function list(node: SyntaxNode | null, field: string): readonly SyntaxNode[] {
  const value = node?.[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** Reads the place of a part of a node; null where the node has no such part. */
export function placeOf(node: SyntaxNode, field: string): SourceRange | null {
  const value = node[field];
  return typeof value === 'object' && value !== null && 'startOffset' in value
    ? (value as SourceRange)
    : null;
}

export const callName = (node: SyntaxNode): string | null =>
  node.type === 'CallNode' && typeof node['name'] === 'string' ? node['name'] : null;

/** Lists the statements of a body, also of one inside begin … rescue … end. */
export function statements(body: SyntaxNode | null): readonly SyntaxNode[] {
  if (body === null) return [];
  if (body.type === 'BeginNode') return statements(child(body, 'statements'));
  return body.type === 'StatementsNode' ? list(body, 'body') : [body];
}

/** Unwraps the one expression inside of parentheses; other nodes stay as they are. */
export function withoutParentheses(node: SyntaxNode): SyntaxNode;
export function withoutParentheses(node: SyntaxNode | null): SyntaxNode | null;
export function withoutParentheses(node: SyntaxNode | null): SyntaxNode | null {
  if (node?.type !== 'ParenthesesNode') return node;
  const [only, ...more] = statements(child(node, 'body'));
  return only === undefined || more.length > 0 ? node : withoutParentheses(only);
}

/**
 * Visits every node below, parents first, with the chain of its ancestors (nearest last). The chain is valid
 * until the next node is requested. It does not recurse, since a sum of a thousand terms is a thousand levels
 * deep.
 */
export function* walk(
  root: SyntaxNode,
): Generator<{ readonly node: SyntaxNode; readonly ancestors: readonly SyntaxNode[] }> {
  const ancestors: SyntaxNode[] = [];
  const waiting: { readonly node: SyntaxNode; readonly depth: number }[] = [{ node: root, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    ancestors.length = depth;
    yield { node, ancestors };
    ancestors.push(node);
    const below = Object.values(node).flatMap((value) =>
      Array.isArray(value) ? value.filter(isNode) : isNode(value) ? [value] : [],
    );
    for (const one of below.toReversed()) waiting.push({ node: one, depth: depth + 1 });
  }
}
