import type { Result } from '../result.ts';
import type { Listing, Ruby } from './ruby.ts';
import { compareRubies, isPlainRelease } from './release-order.ts';
import { parseSelector, type SelectorTerm } from './selector-syntax.ts';
import { emptyRangeMessage, unknownMessage } from './selector-messages.ts';
import { compareToPrefix, parseVersion } from './version.ts';

/** `message` names the selector and says what to write instead. */
type Selection = Result<readonly Ruby[]>;

/**
 * Selects the rubies of the matrix that the selectors name, in release order, each once.
 * A selector is a release (`2.3.6`), a series (`2.3`: every listed release of it), a range (`2.2..2.5`, whole
 * series at both ends; `2.3.0..2.4.3`; `2.5..`; `..2.3`), `~>2.4.1` as RubyGems reads it, `all`, a name of
 * the matrix, or several of these with commas between them. Versions choose releases as such; a variant
 * (`all-ruby/2.3.6`) is chosen by its name or by `all`. No selector at all: the default set.
 */
export function selectRubies(matrix: Listing, selectors: readonly string[]): Selection {
  const wanted = selectors.length === 0 ? matrix.defaultSet : selectors.flatMap((text) => text.split(','));
  const chosen = new Set<Ruby>();
  for (const text of wanted) {
    const one = selectOne(matrix, text.trim());
    if (!one.ok) return one;
    for (const ruby of one.value) chosen.add(ruby);
  }
  return { ok: true, value: [...chosen].toSorted(compareRubies) };
}

function selectOne(matrix: Listing, text: string): Selection {
  // A name is looked up first, so that no syntax can hide an entry that is called like that.
  const named = matrix.rubies.find((ruby) => ruby.name === text);
  if (named !== undefined) return { ok: true, value: [named] };
  const term = parseSelector(text);
  switch (term.kind) {
    case 'all':
      return { ok: true, value: matrix.rubies };
    case 'malformed':
      return { ok: false, message: term.message };
    case 'name':
      return { ok: false, message: unknownMessage(matrix, text) };
    case 'series':
    case 'range':
      return selectReleases(matrix, text, term);
  }
}

function selectReleases(
  matrix: Listing,
  text: string,
  term: Extract<SelectorTerm, { kind: 'series' | 'range' }>,
): Selection {
  const plain = matrix.rubies.filter(isPlainRelease);
  if (term.kind === 'series') {
    const rubies = plain.filter((ruby) => compareToPrefix(ruby.version, term.prefix) === 0);
    return rubies.length > 0
      ? { ok: true, value: rubies }
      : { ok: false, message: unknownMessage(matrix, text) };
  }
  const { from, to } = term;
  const rubies = plain.filter(
    ({ version }) =>
      (from === null || compareToPrefix(version, from) >= 0) &&
      (to === null || compareToPrefix(version, to) <= 0),
  );
  return rubies.length > 0
    ? { ok: true, value: rubies }
    : { ok: false, message: emptyRangeMessage(matrix, text, term) };
}

/** Reads the names that a run lists as rubies, so that selectors can choose among them; names without a release are left out. */
export function rubiesOfNames(listed: readonly string[]): readonly Ruby[] {
  return listed.flatMap((name) => {
    const version = parseVersion(name.split('/').at(-1) ?? '');
    return version === null ? [] : [{ name, version, sources: [] }];
  });
}
