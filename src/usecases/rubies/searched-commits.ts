import { commitName } from '../../domain/bisect/commits/commit-search.ts';
import { parseGem } from '../../domain/ruby/gems.ts';
import type { CommitSource, Matrix, Ruby, RubyVersion } from '../../domain/ruby/ruby.ts';
import { compareVersions } from '../../domain/ruby/version.ts';
import type { AskedCommits } from '../../engine/plan/run-request.ts';
import type { Repository } from '../../engine/ports.ts';
import { CommandError } from '../command-error.ts';
import type { AskedRange } from '../options/commit-range.ts';

/** A search among commits, and what it needs of the rest of the request. */
export interface CommitsToSearch {
  readonly commits: AskedCommits;
  /** A ruby for each commit; null where a gem's commits are searched: on rubies of the matrix. */
  readonly rubies: readonly Ruby[] | null;
  /** The gems of the request without the one that is searched. */
  readonly gems: readonly string[];
}

/**
 * Reads the commits of a search: of Ruby where the repository is Ruby's, else of the gem whose gemspec it holds.
 * @param hasRubies whether rubies were named
 * @throws {CommandError} where there is nothing to search
 */
export async function commitsToSearch(
  { source, from, to, firstParent }: AskedRange,
  repository: Repository,
  request: { readonly gems: readonly string[]; readonly hasRubies: boolean },
  matrix: Matrix,
): Promise<CommitsToSearch> {
  const { gems } = request;
  const read = await repository.history({ from, to, firstParent });
  if (!read.ok) throw new CommandError(read.message);
  const { commits, ends } = read.value;
  const search = { source, from, to, firstParent, commits, ends };
  const versions = await repository.rubyVersions(commits.map(({ hash }) => hash));
  const older = versions[ends.from] ?? null;
  if (older !== null) {
    if (request.hasRubies)
      throw new CommandError('--ruby names releases, and these commits are rubies themselves: leave it out');
    const suite = suiteOf(older, matrix);
    const rubies = commits.map(({ hash }, place): Ruby => {
      const built: CommitSource = { kind: 'commit', repository: repository.path, hash, suite };
      return { name: commitName(hash), version: versions[place] ?? older, sources: [built] };
    });
    return { commits: { repository: repository.path, search, gem: null }, rubies, gems };
  }
  const names = gems.flatMap((text) => {
    const wish = parseGem(text);
    return wish.ok && wish.value.versions.length === 0 ? [wish.value.name] : [];
  });
  const newer = commits[ends.to]?.hash ?? '';
  for (const name of names) {
    const folder = await repository.gemFolder(newer, name);
    if (folder === null) continue;
    const gem = { name, folder };
    const others = gems.filter((text) => text !== name);
    return { commits: { repository: repository.path, search, gem }, rubies: null, gems: others };
  }
  throw new CommandError(
    names.length === 0
      ? `--source ${source} is no repository of Ruby (it has no version.h): name the gem that it holds, --gem NAME`
      : `--source ${source} holds no gemspec of ${names.join(' or ')} at ${to}: name the gem that it holds`,
  );
}

/**
 * The Debian of a release's time: its compilers and libraries are those that the release knew. That is the newest whose
 * own ruby is no newer, else the oldest.
 * @throws {CommandError} where the matrix has no Debian
 */
function suiteOf(version: RubyVersion, { rubies }: Matrix): string {
  const suites = rubies
    .flatMap((ruby) =>
      ruby.sources.flatMap((source) =>
        source.kind === 'debian' ? [{ suite: source.suite, version: ruby.version }] : [],
      ),
    )
    .toSorted((a, b) => compareVersions(a.version, b.version));
  const [oldest] = suites;
  const fitting = suites.findLast((one) => compareVersions(one.version, version) <= 0) ?? oldest;
  if (fitting === undefined)
    throw new CommandError('commits are built on Debian, and matrix.yaml lists none: add one under debian');
  return fitting.suite;
}
