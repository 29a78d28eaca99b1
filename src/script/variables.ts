import { callName, child, list, walk, type SyntaxNode } from './syntax.ts';

/** Calls that add something to a collection; what other calls do with their arguments is not known. */
const STORES = new Set(
  '<< []= push append prepend unshift insert add add? store concat merge! replace enq'.split(' '),
);
const READS = /^(LocalVariable|InstanceVariable|GlobalVariable|ClassVariable|Constant)ReadNode$/;
const WRITES = /^(LocalVariable|InstanceVariable|GlobalVariable|ClassVariable|Constant)(\w*)WriteNode$/;
const TARGETS = /^(LocalVariable|InstanceVariable|GlobalVariable|ClassVariable|Constant)TargetNode$/;
/** `h[key] ||= x`, `h[key] += 1`, `node.next ||= x`. */
const PLACE_WRITES = /^(Index|Call)\w*WriteNode$/;
const NUMBERS = new Set(['IntegerNode', 'FloatNode']);
const STEPS = new Set(['+', '-', '*', 'succ', 'next', 'pred']);

/** Tells whether a variable of this name is visible in every method: `@list`, `$list`, `LIST`. */
export const isShared = (name: string): boolean => !/^[a-z_]/.test(name);

const nameOf = (node: SyntaxNode): string => String(node['name']);

/** Reads each piece of a script once, however many loops ask about it. */
function once(read: (root: SyntaxNode) => ReadonlySet<string>): typeof read {
  const known = new WeakMap<SyntaxNode, ReadonlySet<string>>();
  return (root) => {
    const names = known.get(root) ?? read(root);
    known.set(root, names);
    return names;
  };
}

/** Finds the variables that the code reads. */
export const readsOf = once(findReads);

function findReads(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { node } of walk(root)) {
    const isRead = READS.test(node.type) || node.type.endsWith('VariableOperatorWriteNode');
    if (isRead) names.add(nameOf(node));
  }
  return names;
}

/** Finds the variables that the code assigns, leaving out those of methods that it defines. */
export const writesOf = once(findWrites);

function findWrites(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { node, ancestors } of walk(root)) {
    if (!WRITES.test(node.type) && !TARGETS.test(node.type)) continue;
    if (isShared(nameOf(node)) || !ancestors.some(({ type }) => type === 'DefNode')) names.add(nameOf(node));
  }
  return names;
}

/**
 * Finds the variables whose value the code adds to: `list << x`, `h[key] = x`, `all += [x]`, `node =
 * Node.new(node)`. Of a linked list (`node = Node.new(node)`) the variables that its links are made from
 * count, too. A counter (`i += 1`) does not count.
 */
export function storesOf(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { node } of walk(root)) for (const name of storedIn(node)) names.add(name);
  return names;
}

function storedIn(node: SyntaxNode): Iterable<string> {
  if (STORES.has(callName(node) ?? '') || isAttributeWrite(node) || PLACE_WRITES.test(node.type))
    return rootOf(child(node, 'receiver'));
  const value = child(node, 'value');
  if (value === null || !WRITES.test(node.type)) return [];
  if (node.type.endsWith('OperatorWriteNode')) return NUMBERS.has(value.type) ? [] : [nameOf(node)];
  const read = readsOf(value);
  return read.has(nameOf(node)) && !isStep(value) ? read : [];
}

/** `node.next = other`. */
const isAttributeWrite = (node: SyntaxNode): boolean => /^\w+=$/.test(callName(node) ?? '');

/** `i + 1`, `i.succ`. */
function isStep(value: SyntaxNode): boolean {
  const args = list(child(value, 'arguments'), 'arguments');
  return STEPS.has(callName(value) ?? '') && args.every(({ type }) => NUMBERS.has(type));
}

/** Finds the variable that a chain of calls begins at: `h` of `h[:a].list`. */
function rootOf(node: SyntaxNode | null): readonly string[] {
  let at = node;
  while (at?.type === 'CallNode') at = child(at, 'receiver');
  return at !== null && READS.test(at.type) ? [nameOf(at)] : [];
}

/** Finds the variables that the code reads for more than to add to them. */
export const usesOf = once(findUses);

function findUses(root: SyntaxNode): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { node, ancestors } of walk(root)) {
    if (READS.test(node.type) && !isOnlyStoredTo(node, ancestors)) names.add(nameOf(node));
  }
  return names;
}

/** Tells whether a variable is read only to be added to, as in the statement `list << x`. */
function isOnlyStoredTo(node: SyntaxNode, ancestors: readonly SyntaxNode[]): boolean {
  const parent = ancestors.at(-1);
  if (parent === undefined || child(parent, 'receiver') !== node) return false;
  const stores = STORES.has(callName(parent) ?? '') || PLACE_WRITES.test(parent.type);
  return stores && ancestors.at(-2)?.type === 'StatementsNode';
}
