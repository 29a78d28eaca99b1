import { callName, child, end, statements, walk, type ParsedScript, type SyntaxNode } from './syntax.ts';

/**
 * Finds where a script declares its gems (`gemfile do … end` of bundler/inline): the end of that statement,
 * in bytes; null where it declares none.
 */
export function inlineGemfileEnd({ root }: ParsedScript): number | null {
  for (const statement of statements(child(root, 'statements'))) {
    for (const { node } of walk(statement)) if (isGemfile(node)) return end(statement.location);
  }
  return null;
}

const isGemfile = (node: SyntaxNode): boolean =>
  callName(node) === 'gemfile' &&
  child(node, 'receiver') === null &&
  child(node, 'block')?.type === 'BlockNode';
