import type { Ruby } from './ruby.ts';

/** A folder with an installed ruby, as a command names it, and the name that its cells get. */
export interface AskedFolder {
  /** As it was typed: `./my-ruby-build`. */
  readonly path: string;
  readonly name: string;
}

/**
 * Tells whether a selector names a folder, `./my-ruby-build`, and not a release or a name of the matrix
 * (`all-ruby/2.3.6`).
 */
const isFolder = (text: string): boolean => /^(\.{1,2}(\/|$)|\/|~\/)/.test(text);

/** Separates selectors of releases from folders; both may be comma lists. */
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
 * Names the cells of a folder: like the folder, in characters that need no escape in an id, and unlike any
 * ruby of the matrix.
 */
export function folderName(absolutePath: string, rubies: readonly Pick<Ruby, 'name'>[]): string {
  const last = absolutePath.split('/').findLast((part) => part !== '') ?? '';
  const name = last.replaceAll(/[^\w.~-]+/g, '-').replace(/^[-.]+/, '') || 'ruby';
  return /^\d/.test(name) || rubies.some((ruby) => ruby.name === name) ? `build-${name}` : name;
}
