import { isPlainRelease } from '../../domain/ruby/release-order.ts';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import type { AskedSearch, SearchedRubies } from '../../engine/ports.ts';
import { possibleRubies, type Offline } from './default-rubies.ts';

/**
 * Chooses the rubies of a search: those that were named, else every release of the matrix. Without a registry
 * it skips those without an image.
 * @param offline available images of these rubies; null where a registry answers
 */
export async function searchedRubies(
  { named, isForGem }: AskedSearch,
  matrix: Matrix,
  offline: (rubies: readonly Ruby[]) => Promise<Offline | null>,
): Promise<SearchedRubies> {
  const rubies = named ?? matrix.rubies.filter(isPlainRelease);
  const here = await offline(rubies);
  if (isForGem && named === null) {
    const newest = (here === null ? rubies : possibleRubies(rubies, here)).at(-1);
    return { rubies: newest === undefined ? [] : [newest], unavailable: [] };
  }
  if (here === null) return { rubies, unavailable: [] };
  const possible = new Set(possibleRubies(rubies, here));
  return { rubies, unavailable: rubies.filter((ruby) => !possible.has(ruby)).map(({ name }) => name) };
}
