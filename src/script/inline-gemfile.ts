import { callName, child, end, statements, walk, type ParsedScript, type SyntaxNode } from './syntax.ts';

/**
 * Returns where a script declares its gems (`gemfile do … end` of bundler/inline), in bytes from its beginning: the
 * end of the statement that holds it; null where it says none.
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
