import { loadPrism } from '@ruby/prism';
import type { ParsedScript, Place, ScriptParser, SyntaxNode } from '../script/syntax.ts';

type Parse = Awaited<ReturnType<typeof loadPrism>>;

/**
 * Prism, Ruby's own parser, as WebAssembly; a script that nests too deep for it is one more syntax error. Such a trap
 * leaves the instance broken for every later script, so a spare one takes its place and the next is loaded behind it.
 */
export async function createParser(): Promise<ScriptParser> {
  let parse = await loadPrism();
  let spare: Parse | null = null;
  const loadSpare = (): void =>
    void loadPrism().then(
      (loaded) => (spare = loaded),
      () => undefined, // without a spare a second trap is told as an error, too
    );
  loadSpare();
  return (text) => {
    try {
      return plain(parse(text));
    } catch (error) {
      parse = spare ?? parse;
      spare = null;
      loadSpare();
      const message = `the script cannot be parsed: ${error instanceof Error ? error.message : String(error)}`;
      const nowhere = { startOffset: 0, length: 0 };
      const root = { type: 'ProgramNode', location: nowhere };
      return { root, comments: [], data: null, errors: [{ message, location: nowhere }] };
    }
  };
}

type PrismResult = ReturnType<Parse>;

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
