import { refuse, type Result } from '../domain/result.ts';
import type { SearchedCommit } from '../domain/bisect/commits/commit-search.ts';
import type { CommitHistory, HistoryEnds } from '../engine/ports.ts';
import { runGit } from './run-git.ts';

/** Most commits: more would make records of megabytes, and releases are searched first anyway. */
const MOST_COMMITS = 5000;

/** Format of a line for each commit: hash, parents, date, author, subject. */
const FORMAT = '%H%x1f%P%x1f%cI%x1f%an%x1f%s';

/** Reads the commits between two, and where their histories part. Failures are values, with the reason. */
export async function readHistory(
  repository: string,
  { from, to, firstParent }: HistoryEnds,
  signal: AbortSignal,
): Promise<Result<CommitHistory>> {
  const git = (...args: readonly string[]): Promise<Result<string>> =>
    runGit(['--git-dir', repository, ...args], { signal });
  const hashes: string[] = [];
  for (const [option, name] of [
    ['--from', from],
    ['--to', to],
  ] as const) {
    const found = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`);
    if (!found.ok)
      return refuse(`${option} ${name}: the repository has no commit, tag or branch of that name`);
    hashes.push(found.value.trim());
  }
  const [older = '', newer = ''] = hashes;
  if (older === newer)
    return refuse(`--from ${from} and --to ${to} are the same commit: nothing lies between them`);
  const part = await git('merge-base', older, newer);
  if (!part.ok) return refuse(await whyUnrelated(repository, from, to, signal));
  const base = part.value.trim();
  const order = ['log', '--topo-order', '--reverse', '--no-color', `--format=${FORMAT}`];
  const line = firstParent ? ['--first-parent'] : [];
  const counted = await git('rev-list', '--count', ...line, older, newer, `^${base}`);
  if (!counted.ok) return counted;
  if (Number(counted.value) > MOST_COMMITS)
    return refuse(
      `${Number(counted.value)} commits lie between ${from} and ${to}, and ${MOST_COMMITS} are the most: find the two releases ` +
        `first (matrix bisect without --commits)${firstParent ? '' : ', or count a merge as one step with --first-parent'}`,
    );
  const [first, others] = [
    await git('log', '-1', '--no-color', `--format=${FORMAT}`, base),
    await git(...order, ...line, older, newer, `^${base}`),
  ];
  if (!first.ok) return first;
  if (!others.ok) return others;
  const commits = placed([...rowsOf(first.value), ...rowsOf(others.value)], firstParent);
  const placeOf = (hash: string): number => commits.findIndex((one) => one.hash === hash);
  return { ok: true, value: { commits, ends: { from: placeOf(older), to: placeOf(newer) } } };
}

type Row = Omit<SearchedCommit, 'parents'> & { readonly parents: readonly string[] };

const rowsOf = (text: string): readonly Row[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [hash = '', parents = '', date = '', author = '', subject = ''] = line.split('\u001F');
      return { hash, parents: parents.split(' ').filter((one) => one !== ''), date, author, subject };
    });

/** Adds the places of their parents; commits before the list are represented by its first one. */
function placed(rows: readonly Row[], firstParent: boolean): readonly SearchedCommit[] {
  const places = new Map(rows.map(({ hash }, place) => [hash, place]));
  return rows.map(({ hash, date, author, subject, parents }, place) => {
    const followed = firstParent ? parents.slice(0, 1) : parents;
    const before = followed.length === 0 ? [0] : followed.map((one) => places.get(one) ?? 0);
    return { hash, date, author, subject, parents: place === 0 ? [] : [...new Set(before)] };
  });
}

async function whyUnrelated(
  repository: string,
  from: string,
  to: string,
  signal: AbortSignal,
): Promise<string> {
  const shallow = await runGit(['--git-dir', repository, 'rev-parse', '--is-shallow-repository'], { signal });
  const remedy =
    shallow.ok && shallow.value.trim() === 'true'
      ? 'the repository is a shallow clone: git fetch --unshallow'
      : 'name two of one history';
  return `${from} and ${to} have no commit in common: ${remedy}`;
}
