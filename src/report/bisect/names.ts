import { parseCellId, splitCellId, type CellId } from '../../domain/cell/cell-id.ts';
import type { BisectFinding, BisectRecord } from '../../domain/bisect/bisect-record.ts';
import { endName } from './commits.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';

type Search = Pick<BisectRecord, 'gem' | 'candidates' | 'commits'>;

/** Names a cell in its search: `2.4.3`, the version of the gem, or the commit. */
export function cellName(cell: CellId, { gem, commits }: Search): string {
  const version = gem === null ? undefined : parseCellId(cell)?.settings[`gem.${gem}`];
  const name = version ?? splitCellId(cell).ruby;
  return printable(commits === null ? name : endName(name, commits));
}

/** Names cells, neighbours in the search as a range: `2.4.4–2.4.9`. */
export function cellRanges(cells: readonly CellId[], search: Search, listed: readonly string[]): string {
  const names = cells.map((cell) => cellName(cell, search));
  if (search.commits !== null) return joinNames(names);
  if (search.gem === null) return joinNames(nameRanges(names, listed));
  return names.length < 3 ? joinNames(names) : `${names[0]}–${names.at(-1)}`;
}

/** Names the subject of a finding, where a search has several: `with yjit`, `on 3.3.8`, `line 4`. */
export function findingName({ track, loop }: BisectFinding, { gem }: Search): string {
  const where =
    gem === null ? (track === '' ? '' : `with ${track.slice(1).replaceAll('+', ', ')}`) : `on ${track}`;
  const line = loop === null ? '' : `line ${loop.line}${loop.context === null ? '' : ` in ${loop.context}`}`;
  return printable([line, where].filter((part) => part !== '').join(' '));
}
