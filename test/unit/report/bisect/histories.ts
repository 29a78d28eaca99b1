import { assessed, cellsToMeasure } from '../../../../src/domain/bisect/bisect.ts';
import { commitName, type CommitSearch } from '../../../../src/domain/bisect/commits/commit-search.ts';
import type { CellRecord, RunRecord } from '../../../../src/domain/run/record.ts';
import { cellNamed } from '../../domain/cell-named.ts';
import { record } from '../records.ts';

/** The hash of a commit in a history of the tests. */
export const hashOf = (place: number): string => String(place).padStart(4, '0').repeat(10);

/** Returns a line of commits between `v1` and `v2`. */
export const lineOf = (length: number): CommitSearch => ({
  source: './ruby',
  from: 'v1',
  to: 'v2',
  firstParent: false,
  commits: Array.from({ length }, (_, place) => ({
    hash: hashOf(place),
    date: `2024-05-${String(1 + (place % 28)).padStart(2, '0')}T12:00:00+02:00`,
    author: 'Ada',
    subject: `Change ${place}`,
    parents: place === 0 ? [] : [place - 1],
  })),
  ends: { from: 0, to: length - 1 },
});

/** Name of the cell of a commit: a ruby, or one with the commit of a gem. */
export const cellOf = (place: number, gem: string | null): string =>
  gem === null ? commitName(hashOf(place)) : `3.3.8+gem.${gem}=${commitName(hashOf(place))}`;

/** Returns the record of a search among commits, of which these cells were measured. */
export function searchedCommits(
  cells: readonly CellRecord[],
  commits: CommitSearch,
  gem: string | null = null,
): RunRecord {
  const candidates = commits.commits.map((_, place) => cellNamed(cellOf(place, gem)).id);
  const bisect = assessed({ gem, candidates, unavailable: [], commits }, cells);
  const run = record(cells, { bisect });
  return { ...run, options: { ...run.options, bisect: true } };
}

/** Returns a search among commits that continued to its end, with these answers. */
export function foundAmong(
  commits: CommitSearch,
  answer: (place: number, name: string) => CellRecord,
  gem: string | null = null,
): RunRecord {
  const names = new Map(commits.commits.map((_, place) => [cellOf(place, gem), place]));
  let run = searchedCommits([], commits, gem);
  for (;;) {
    const { bisect, cells } = run;
    const next = bisect === null ? [] : cellsToMeasure(bisect, cells, 1);
    if (next.length === 0) return run;
    const more = next.map((id) => answer(names.get(id) ?? -1, id));
    run = searchedCommits([...cells, ...more], commits, gem);
  }
}
