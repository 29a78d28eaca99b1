import type { CellRecord } from '../domain/record.ts';
import type { Slope } from '../domain/verdict.ts';
import { formatBound, formatRate, withUnit } from './format-number.ts';
import { groupCells, type Group } from './groups.ts';
import { joinNames, nameRanges } from './release-names.ts';
import { CAUSE_WORDS, FAILURE_WORDS } from './words.ts';

/** Rates this close are one number to a reader even where their intervals do not meet. */
const ONE_NUMBER_SHARE = 0.01;

/**
 * A run in one sentence that can be pasted into a bug report. It claims nothing of a release that was not measured.
 * @param cells cells of the run, in any order
 * @param listed every name of the matrix, in its order
 */
export function sentenceOf(cells: readonly CellRecord[], listed: readonly string[]): string {
  const groups = groupCells(cells, listed);
  if (groups.length === 0) return 'No ruby was run.';
  const leaks = groups.some((group) => group.kind === 'leak');
  const clauses = groups.map((group) => clause(group, nameRanges(group.rubies, listed), leaks));
  const onlyClean = groups.every((group) => group.kind === 'clean');
  const noneMeasured = groups.every((group) => group.kind === 'unmeasured');
  return `${onlyClean ? 'No leak: ' : noneMeasured ? 'Nothing was measured: ' : ''}${clauses.join('; ')}.`;
}

function clause(group: Group, ranges: readonly string[], besideLeak: boolean): string {
  const names = joinNames(ranges);
  const one = group.rubies.length === 1;
  switch (group.kind) {
    case 'leak':
      return `${names} ${one ? 'leaks' : 'leak'} ${rate(group)}`;
    case 'clean':
      if (besideLeak || group.smallestDetectable === null) return `${names} ${one ? 'is' : 'are'} clean`;
      return `${names} ${one ? 'shows' : 'show'} no growth above ${bound(group.smallestDetectable)}`;
    case 'inconclusive':
      return `${names} ${one ? 'is' : 'are'} inconclusive`;
    case 'unmeasured': {
      const reason = group.failure === null ? 'not run' : FAILURE_WORDS[group.failure];
      return `${names} ${one ? 'was' : 'were'} not measured (${reason})`;
    }
  }
}

function rate(group: Extract<Group, { kind: 'leak' }>): string {
  const bytes = group.rates.length === 0 ? [] : [`${withUnit(spread(group.rates), 'byte')} per iteration`];
  const slots = group.slots.length === 0 ? [] : [withUnit(spread(group.slots), 'slot')];
  const kind = group.cause === null ? [] : [CAUSE_WORDS[group.cause]];
  const detail = [...kind, ...slots].join(', ');
  return [...bytes, ...(detail === '' ? [] : [`(${detail})`])].join(' ');
}

function bound(bytes: number): string {
  return `${withUnit(formatBound(bytes), 'byte')} per iteration`;
}

/** One number where the slopes agree within their intervals or nearly so, `60–65` where they do not. */
function spread(slopes: readonly Slope[]): string {
  const sorted = slopes.map((slope) => slope.perIteration).toSorted((a, b) => a - b);
  const [least, most] = [sorted[0] ?? NaN, sorted.at(-1) ?? NaN];
  const agree =
    Math.max(...slopes.map((slope) => slope.low)) <= Math.min(...slopes.map((slope) => slope.high));
  const near = most - least <= ONE_NUMBER_SHARE * Math.abs(most);
  if (agree || near || formatRate(least) === formatRate(most)) {
    return formatRate(sorted[Math.floor(sorted.length / 2)] ?? NaN);
  }
  return `${formatRate(least)}–${formatRate(most)}`;
}
