import { loadPrism } from '@ruby/prism';
import { messageOf } from '../domain/message-of.ts';
import type { ParsedScript, SourceRange, ScriptParser, SyntaxNode } from '../script/syntax.ts';

/**
 * One instance of Prism. A script that is nested too deeply breaks it: later scripts need another instance.
 */
export interface PrismInstance {
  readonly parse: ScriptParser;
  readonly isSpoiled: () => boolean;
}

/**
 * Loads Prism, Ruby's own parser, as WebAssembly. For a script that is nested too deeply it reports a syntax
 * error.
 */
export async function loadInstance(): Promise<PrismInstance> {
  const parse = await loadPrism();
  let spoiled = false;
  return {
    isSpoiled: () => spoiled,
    parse: (text) => {
      try {
        return plain(parse(text));
      } catch (error) {
        spoiled = true;
        const message = `the script cannot be parsed: ${messageOf(error)}`;
        const nowhere = { startOffset: 0, length: 0 };
        const root = { type: 'ProgramNode', location: nowhere };
        return { root, comments: [], data: null, errors: [{ message, location: nowhere }] };
      }
    },
  };
}

/** Creates a parser that replaces a broken instance by a spare one, and then loads the next spare. */
export async function createParser(): Promise<ScriptParser> {
  let instance = await loadInstance();
  let spare: PrismInstance | null = null;
  const loadSpare = (): void =>
    void loadInstance().then(
      (loaded) => (spare = loaded),
      () => undefined, // without a spare a second trap is an error, too
    );
  loadSpare();
  return (text) => {
    if (instance.isSpoiled() && spare !== null) {
      instance = spare;
      spare = null;
      loadSpare();
    }
    return instance.parse(text);
  };
}

type PrismResult = ReturnType<Awaited<ReturnType<typeof loadPrism>>>;

/** Converts the tree to plain JSON: big integers become numbers, class instances plain objects. */
function plain(result: PrismResult): ParsedScript {
  const text = JSON.stringify(result.value, (_key, value: unknown) =>
    typeof value === 'bigint' ? Number(value) : value,
  );
  return {
    root: JSON.parse(text) as SyntaxNode,
    comments: result.comments.map((comment) => comment.location),
    data: (result.dataLoc as SourceRange | null) ?? null,
    errors: result.errors.map(({ message, location }) => ({ message, location })),
  };
}
