import type { Ruby } from './ruby.ts';

/** A folder with an installed ruby, as a command names it, and the name that its cells get. */
export interface AskedFolder {
  /** As it was typed: `./my-ruby-build`. */
  readonly path: string;
  readonly name: string;
}

/** Whether a selector names a folder, `./my-ruby-build`, and not a release or a name of the matrix (`all-ruby/2.3.6`). */
const isFolder = (text: string): boolean => /^(\.{1,2}(\/|$)|\/|~\/)/.test(text);

/** Selectors of releases, and folders among them; commas stand between either. */
export function folderTerms(selectors: readonly string[]): {
  readonly selectors: readonly string[];
  readonly folders: readonly string[];
} {
  const terms = selectors.flatMap((text) => text.split(',')).map((term) => term.trim());
  const folders = [...new Set(terms.filter(isFolder))];
  return folders.length === 0
    ? { selectors, folders }
    : { selectors: terms.filter((term) => !isFolder(term)), folders };
}

/**
 * What the cells of a folder are called: as the folder, in the characters that an id shows as they are. One that is called
 * as a ruby of the matrix is told from it.
 */
export function folderName(absolutePath: string, rubies: readonly Pick<Ruby, 'name'>[]): string {
  const last = absolutePath.split('/').findLast((part) => part !== '') ?? '';
  const name = last.replaceAll(/[^\w.~-]+/g, '-').replace(/^[-.]+/, '') || 'ruby';
  return /^\d/.test(name) || rubies.some((ruby) => ruby.name === name) ? `build-${name}` : name;
}
