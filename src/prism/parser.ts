import { loadPrism } from '@ruby/prism';
import type { ParsedScript, Place, ScriptParser, SyntaxNode } from '../script/syntax.ts';

/** Prism, Ruby's own parser, as WebAssembly; a script that nests too deep for it is one more syntax error. */
export async function createParser(): Promise<ScriptParser> {
  const parse = await loadPrism();
  return (text) => {
    try {
      return plain(parse(text));
    } catch (error) {
      const message = `the script cannot be parsed: ${error instanceof Error ? error.message : String(error)}`;
      const nowhere = { startOffset: 0, length: 0 };
      const root = { type: 'ProgramNode', location: nowhere };
      return { root, comments: [], data: null, errors: [{ message, location: nowhere }] };
    }
  };
}

type PrismResult = ReturnType<Awaited<ReturnType<typeof loadPrism>>>;

/** The tree as JSON: big integers become numbers, classes become plain objects. */
function plain(result: PrismResult): ParsedScript {
  const text = JSON.stringify(result.value, (_key, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  return {
    root: JSON.parse(text) as SyntaxNode,
    comments: result.comments.map((comment) => comment.location),
    data: (result.dataLoc as Place | null) ?? null,
    errors: result.errors.map(({ message, location }) => ({ message, location })),
  };
}
