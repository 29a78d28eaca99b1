import { splitCellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import { boundText } from '../cells/bound.ts';
import { withUnit } from '../text/format-number.ts';
import { groupCells, type CellGroup } from '../cells/groups.ts';
import { loopClauses } from '../loops/clauses.ts';
import { namesLoops } from '../loops/loop-views.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import { spread } from '../cells/spread.ts';
import { CAUSE_WORDS, FAILURE_WORDS } from '../cells/words.ts';

/**
 * Describes a run in one sentence that can be pasted into a bug report. It claims nothing about a release
 * that was not measured, or a loop that was not judged; several loops are named one by one.
 * @param cells cells of the run, in any order
 * @param listed every name of the matrix, in its order
 */
export function sentenceOf(cells: readonly CellRecord[], listed: readonly string[]): string {
  if (namesLoops(cells)) return loopsSentence(cells, listed);
  const groups = groupCells(cells, listed);
  if (groups.length === 0) return 'No ruby was run.';
  const leaks = groups.some((group) => group.kind === 'leak');
  const clauses = groups.map((group) => clause(group, nameRanges(group.cells, listed), leaks));
  const onlyClean = groups.every((group) => group.kind === 'clean');
  const noneMeasured = groups.every((group) => group.kind === 'unmeasured');
  return `${onlyClean ? 'No leak: ' : noneMeasured ? 'Nothing was measured: ' : ''}${clauses.join('; ')}.`;
}

function loopsSentence(cells: readonly CellRecord[], listed: readonly string[]): string {
  const { clauses, beside, allClean, leaks } = loopClauses(cells, listed);
  const groups = groupCells(beside, listed);
  const rest = groups.map((group) => clause(group, nameRanges(group.cells, listed), leaks));
  return `${allClean ? 'No leak: ' : ''}${[...clauses, ...rest].join('; ')}.`;
}

function clause(group: CellGroup, ranges: readonly string[], besideLeak: boolean): string {
  const names = joinNames(ranges);
  const one = new Set(group.cells.map((id) => splitCellId(id).ruby)).size === 1 && ranges.length === 1;
  switch (group.kind) {
    case 'leak':
      return `${names} ${one ? 'leaks' : 'leak'} ${rate(group)}`;
    case 'clean':
      if (besideLeak || group.bound === null) return `${names} ${one ? 'is' : 'are'} clean`;
      return `${names} ${one ? 'shows' : 'show'} no growth above ${boundText(group.bound)}`;
    case 'inconclusive':
      return `${names} ${one ? 'is' : 'are'} inconclusive`;
    case 'unmeasured': {
      const reason = group.failure === null ? 'not run' : FAILURE_WORDS[group.failure];
      return `${names} ${one ? 'was' : 'were'} not measured (${reason})`;
    }
  }
}

function rate(group: Extract<CellGroup, { kind: 'leak' }>): string {
  const bytes = group.rates.length === 0 ? [] : [`${withUnit(spread(group.rates), 'byte')} per iteration`];
  const slots = group.slots.length === 0 ? [] : [withUnit(spread(group.slots), 'slot')];
  const kind = group.cause === null ? [] : [CAUSE_WORDS[group.cause]];
  const detail = [...kind, ...slots].join(', ');
  return [...bytes, ...(detail === '' ? [] : [`(${detail})`])].join(' ');
}
