import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compareVersions, parseVersion } from '../src/domain/ruby/version.ts';

/** One case of the corpus: what is true of it per release. */
export interface Case {
  readonly name: string;
  readonly kind: 'native' | 'object' | 'none';
  readonly affected?: readonly Range[];
  /** Releases the truth of which is not settled: left out. */
  readonly uncertain?: readonly Range[];
  readonly min_ruby: string;
  readonly max_ruby?: string;
  readonly expected_bytes_per_iter: number | null;
  /** It only fragments: a clean verdict has to say that what stays resident is not a leak. */
  readonly fragments?: boolean;
}

/** Half open: `[from, to)`; `to: null` has no end. */
interface Range {
  readonly from: string;
  readonly to: string | null;
}

export type Expected = 'leak' | 'clean' | null;

export const loadTruth = async (folder: string): Promise<readonly Case[]> =>
  JSON.parse(await readFile(join(folder, 'truth.json'), 'utf8')) as readonly Case[];

const compare = (a: string, b: string): number => {
  const [x, y] = [parseVersion(a), parseVersion(b)];
  if (x === null || y === null) throw new Error(`not a release: ${x === null ? a : b}`);
  return compareVersions(x, y);
};

const within = (ranges: readonly Range[] | undefined, ruby: string): boolean =>
  (ranges ?? []).some(({ from, to }) => compare(ruby, from) >= 0 && (to === null || compare(ruby, to) < 0));

/** Returns what is true of a case on a release; null where it does not run or nobody knows. */
export function expected(one: Case, ruby: string): Expected {
  if (compare(ruby, one.min_ruby) < 0 || within(one.uncertain, ruby)) return null;
  if (one.max_ruby !== undefined && compare(ruby, one.max_ruby) > 0) return null;
  return one.kind !== 'none' && within(one.affected, ruby) ? 'leak' : 'clean';
}
