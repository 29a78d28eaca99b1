import { parseCellId, splitCellId, type CellId } from '../../cell/cell-id.ts';

/** A commit of a repository. */
export interface Commit {
  readonly hash: string;
  /** When it was committed, ISO 8601. */
  readonly date: string;
  readonly author: string;
  readonly subject: string;
}

/** A commit among those that are searched. */
export interface SearchedCommit extends Commit {
  /** Places of its parents in the list; everything before the list is its first commit. Empty for that one. */
  readonly parents: readonly number[];
}

/** The commits that a search covers. */
export interface CommitSearch {
  /** The repository, as the command named it. */
  readonly source: string;
  /** Both ends, as the command named them. */
  readonly from: string;
  readonly to: string;
  /** Whether a merge counts as one step, whatever it brought. */
  readonly firstParent: boolean;
  /**
   * Parents before their children. The first is where the histories of both ends part: `from` itself, where that is
   * an ancestor of `to`.
   */
  readonly commits: readonly SearchedCommit[];
  /** Places of the ends in the list. */
  readonly ends: { readonly from: number; readonly to: number };
}

const SHOWN_DIGITS = 12;

/** Names a commit's cell by the beginning of its hash. */
export const commitName = (hash: string): string => hash.slice(0, SHOWN_DIGITS);

/** Cells that are alike in all but the commit. */
export interface CommitTrack {
  /** What they have in common, as of every track. */
  readonly name: string;
  /** Cells by the place of their commit. */
  readonly cells: readonly CellId[];
}

/**
 * Sorts the cells of a search by the order of its commits.
 * @param gem gem whose repository is searched; null: Ruby's own
 */
export function commitTracks(
  { commits }: CommitSearch,
  candidates: readonly CellId[],
  gem: string | null,
): readonly CommitTrack[] {
  const places = new Map(commits.map(({ hash }, place) => [commitName(hash), place]));
  const placed = candidates.flatMap((id) => {
    const { commit, track } = commitOf(id, gem);
    const place = places.get(commit);
    return place === undefined ? [] : [{ id, place, track }];
  });
  return [...Map.groupBy(placed, ({ track }) => track)].map(([name, alike]) => ({
    name,
    cells: alike.toSorted((a, b) => a.place - b.place).map(({ id }) => id),
  }));
}

function commitOf(id: CellId, gem: string | null): { readonly commit: string; readonly track: string } {
  if (gem === null) {
    const { ruby, suffix } = splitCellId(id);
    return { commit: ruby, track: suffix };
  }
  const setting = `gem.${gem}` as const;
  const { ruby = '', settings = {} } = parseCellId(id) ?? {};
  const { [setting]: commit = '', ...others } = settings;
  return { commit, track: [ruby, ...Object.entries(others).map((pair) => pair.join('='))].join('+') };
}
