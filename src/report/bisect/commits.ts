import { commitName, type Commit, type CommitSearch } from '../../domain/bisect/commits/commit-search.ts';
import type { Transition } from '../../domain/bisect/bisect-record.ts';
import { printable } from '../text/printable.ts';

/** Suspects that are named one by one. */
const MOST_NAMED = 10;

/** Names a commit of a search: as the command did where it is an end, else by the beginning of its hash. */
export function endName(name: string, { commits, ends, from, to }: CommitSearch): string {
  const named = (end: number): boolean => commitName(commits[end]?.hash ?? '') === name;
  return named(ends.from) ? from : named(ends.to) ? to : name;
}

/** `eaba9da1d1ab (2018-02-16, usa: merge revision(s) 59983,59984)`. */
const commitText = ({ hash, date, author, subject }: Commit): string =>
  `${commitName(hash)} (${date.slice(0, 10)}, ${printable(author)}: ${printable(subject)})`;

/** `by commit eaba9da1d1ab (…)`, `by 0059 or 0061 (0059 did not build, so it could be any of them)`. */
export function byCommits({ commits }: Pick<Transition, 'commits'>, why: string): string {
  const [only] = commits;
  if (only === undefined) return '';
  if (commits.length === 1) return `by commit ${commitText(only)}`;
  const names = commits.map(({ hash }) => commitName(hash));
  const who =
    names.length <= MOST_NAMED
      ? `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
      : `one of ${names.length} commits, from ${names[0]} to ${names.at(-1)}`;
  return `by ${who} (${why}, so it could be any of them)`;
}

/** Every commit that may have done it, as `git log` shows it; of very many the first and the last. */
export function suspectLines({ kind, commits }: Pick<Transition, 'kind' | 'commits'>): readonly string[] {
  if (commits.length === 0) return [];
  const head =
    commits.length === 1
      ? `${kind} by`
      : `${kind} by one of ${commits.length} commits, which could be any of them:`;
  const all = commits.length <= MOST_NAMED ? commits : [...commits.slice(0, 5), ...commits.slice(-5)];
  return [
    head,
    ...all.flatMap(({ hash, date, author, subject }) => [
      `  commit ${hash}`,
      `  ${date.slice(0, 10)}  ${printable(author)}`,
      `  ${printable(subject)}`,
    ]),
  ];
}
