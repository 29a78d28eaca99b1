import { isPlainRelease } from '../../domain/ruby/release-order.ts';
import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import type { EngineAccess } from '../deps.ts';
import { possibleRubies } from './default-rubies.ts';

export interface SearchedRubies {
  readonly rubies: readonly Ruby[];
  /** Names of those that cannot be measured here. */
  readonly unavailable: readonly string[];
}

/**
 * The rubies of a search: those that were named, else every release of the matrix. Without a registry it goes around those
 * whose image is not here.
 */
export async function searchedRubies(
  named: readonly Ruby[] | null,
  matrix: Matrix,
  engine: Pick<EngineAccess, 'registry' | 'inventory'>,
): Promise<SearchedRubies> {
  const rubies = named ?? matrix.rubies.filter(isPlainRelease);
  if ((await engine.registry()).ok) return { rubies, unavailable: [] };
  const offline = {
    presence: await engine.inventory(rubies),
    mayMakeDebian: process.getuid?.() === 0,
  };
  const possible = new Set(possibleRubies(rubies, offline));
  return { rubies, unavailable: rubies.filter((ruby) => !possible.has(ruby)).map(({ name }) => name) };
}
