import { gemNameIn, hasGemRange, withVersions } from '../../domain/ruby/gem-versions.ts';
import { parseGem, type GemPolicy } from '../../domain/ruby/gems.ts';
import type { Containers } from '../ports.ts';
import { RequestError } from './run-request.ts';

/**
 * Replaces ranges of versions by the versions that the gem source has.
 * @throws {RequestError} where there are none, or the source does not tell
 */
export async function withGemVersions(
  gems: readonly string[],
  policy: GemPolicy | null,
  { gemVersions }: Pick<Containers, 'gemVersions'>,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const expanded: string[] = [];
  for (const text of gems) {
    // Where gems are not allowed at all, a later check says so.
    if (!hasGemRange(text) || policy === null) {
      expanded.push(text);
      continue;
    }
    const name = gemNameIn(text);
    const wish = parseGem(name);
    if (!wish.ok) throw new RequestError(wish.message);
    if (gemVersions === undefined)
      throw new RequestError(`${text}: name the versions, with commas between them`);
    const available = await gemVersions(name, policy, signal);
    const versions = available.ok ? withVersions(text, available.value) : available;
    if (!versions.ok) throw new RequestError(versions.message);
    expanded.push(versions.value);
  }
  return expanded;
}

/** Tells whether a search is over the versions of a gem. */
export const searchesGem = (gems: readonly string[]): boolean =>
  gems.some((text) => {
    const wish = parseGem(text);
    return hasGemRange(text) || (wish.ok && wish.value.versions.length > 1);
  });
