import type { SearchPlan } from '../../domain/bisect/bisect-record.ts';
import { tracksOf } from '../../domain/bisect/track.ts';
import type { Configuration } from '../../domain/cell/configuration.ts';
import { RequestError, type RunRequest } from './run-request.ts';

/**
 * Plans a search among these cells: over the versions of a gem where there are several, else over the
 * releases of Ruby.
 * @throws {RequestError} where there is nothing to search
 */
export function planSearch(
  { unavailable = [], images = [], commits = null }: RunRequest,
  cells: readonly Configuration[],
): SearchPlan {
  if (images.length > 0)
    throw new RequestError('an image of one’s own holds one ruby: there is nothing to search; leave it out');
  if (commits !== null) {
    const gem = commits.gem?.name ?? null;
    return { gem, candidates: cells.map(({ id }) => id), unavailable: [], commits: commits.search };
  }
  const gems = gemsWithVersions(cells);
  if (gems.length > 1)
    throw new RequestError(
      `versions of ${gems.join(' and ')} differ, and one gem is searched at a time: fix the others`,
    );
  const [gem = null] = gems;
  const missing = new Set(unavailable);
  const candidates = cells.map(({ id }) => id);
  const longest = Math.max(
    0,
    ...tracksOf(candidates, gem).map(({ series }) => series.flatMap((one) => one.cells).length),
  );
  if (longest < 2)
    throw new RequestError(
      'a search needs two releases at least, or versions of a gem: --ruby 2.2..2.5, --gem oj=3.0.0..3.13.0',
    );
  return {
    gem,
    candidates,
    unavailable: cells.filter(({ ruby }) => missing.has(ruby.name)).map(({ id }) => id),
    commits: null,
  };
}

/** Finds gems of which cells have different versions. */
function gemsWithVersions(cells: readonly Configuration[]): readonly string[] {
  const versions = new Map<string, Set<string>>();
  for (const { settings } of cells) {
    for (const [name, version] of Object.entries(settings)) {
      if (!name.startsWith('gem.')) continue;
      const gem = name.slice('gem.'.length);
      versions.set(gem, (versions.get(gem) ?? new Set()).add(version));
    }
  }
  return [...versions].flatMap(([gem, those]) => (those.size > 1 ? [gem] : []));
}
