import type { CellId } from '../../domain/cell/cell-id.ts';
import type { Explanation } from '../../domain/leak/explanation.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { formatCount, formatRate, formatSeconds } from '../text/format-number.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import type { Explained, FindingGroup } from './finding-groups.ts';

/** Slowdown from which the time per iteration is mentioned. */
const NOTABLE_SLOWDOWN = 1.05;

/**
 * Makes the lines below the findings: their sum against the measured slope, and how the leak was explained.
 * @param omitted findings that there was no room for
 */
export function coverageNotes(
  run: RunRecord,
  explained: readonly Explained[],
  clean: readonly Explained[],
  omitted: readonly FindingGroup[],
): { readonly sums: readonly string[]; readonly footnote: string | null } {
  const names = (some: readonly CellId[]): string => joinNames(nameRanges(some, run.listed).map(printable));
  const all = [...explained, ...clean];
  const remarks = [
    ...timeSpent(all),
    ...bracketed([...sharedNotes(explained, names, sampled), ...sharedNotes(all, names, otherNotes)]),
    ...notExplained(run, explained, names),
  ];
  return {
    sums: [
      ...smaller(omitted),
      ...sharedNotes(explained, names, sum).map(({ whose, text }) =>
        whose === '' ? text : `${whose}: ${text}`,
      ),
    ],
    footnote: remarks.length === 0 ? null : `${remarks.join('; ')}.`,
  };
}

function sum({ explanation }: Explained): readonly string[] {
  const { findings, accountedFor, measured } = explanation;
  if (couldNotExplain(explanation))
    return [`could not be explained: ${explanation.notes.map(printable).join('; ')}`];
  if (findings.length === 0) return ['nothing was found that grows with the iterations'];
  if (accountedFor === null || measured === null || !Number.isFinite(accountedFor)) return [];
  const unit = measured.unit === 'bytes' ? 'B' : measured.unit;
  const share = formatCount(Math.max(0, accountedFor * 100));
  return [`accounted for: ${share} % of ${formatRate(measured.perIteration)} ${unit}/iteration`];
}

/** Tells whether an explanation failed (no image, a script that raised): its notes say why. */
function couldNotExplain({ findings, iterations, notes }: Explanation): boolean {
  return findings.length === 0 && iterations === 0 && notes.length > 0;
}

function otherNotes({ explanation }: Explained): readonly string[] {
  const isSaid = explanation.role === 'leak' && couldNotExplain(explanation);
  return isSaid ? [] : [...elsewhere(explanation), ...explanation.notes.map(printable)];
}

/** Says where it was explained, if not where it was measured. */
const elsewhere = ({ host }: Explanation): readonly string[] =>
  host === null || host === undefined
    ? []
    : [
        `explained on another host, ${printable(host.name)} (${printable(host.processor)}, kernel ${printable(host.kernel)}): ` +
          'the one that measured it was not there any more',
      ];

function smaller(omitted: readonly FindingGroup[]): readonly string[] {
  if (omitted.length === 0) return [];
  const bytes = omitted.reduce((total, [{ finding }]) => total + finding.bytesPerIteration, 0);
  const many = omitted.length === 1 ? 'one smaller finding' : `${omitted.length} smaller findings`;
  return [`and ${many}, together ${formatRate(bytes)} B/iteration: the JSON record lists them`];
}

function timeSpent(all: readonly Explained[]): readonly string[] {
  const seconds = all.reduce((total, { explanation }) => total + explanation.seconds, 0);
  if (seconds === 0) return [];
  const slowest = Math.max(0, ...all.map(({ explanation }) => explanation.slowdown ?? 0));
  const times = formatRate(Math.round(slowest * 10) / 10);
  const slower = slowest > NOTABLE_SLOWDOWN ? `, iterations took up to ${times} times as long` : '';
  return [`Explained in ${formatSeconds(seconds)} s, in separate containers${slower}`];
}

function sampled({ explanation: { oneInBlocks } }: Explained): readonly string[] {
  return oneInBlocks > 1 ? [`one block in ${formatCount(oneInBlocks)} was followed`] : [];
}

/** Names leaking rubies that were not explained: findings on others may not apply to them. */
function notExplained(
  run: RunRecord,
  explained: readonly Explained[],
  names: (some: readonly CellId[]) => string,
): readonly string[] {
  if (run.finishedAt === null) return [];
  const known = new Set(explained.map(({ cell }) => cell.id));
  const others = orderedCells(run).filter((cell) => cell.verdict === 'leak' && !known.has(cell.id));
  return others.length === 0 ? [] : [`not explained: ${names(others.map((cell) => cell.id))}`];
}

interface SharedNote {
  /** Names of the rubies it is true of; empty where it is true of all. */
  readonly whose: string;
  readonly text: string;
}

/** Groups notes by text, so that each is shown once with the cells that it applies to. */
function sharedNotes(
  explained: readonly Explained[],
  names: (some: readonly CellId[]) => string,
  words: (one: Explained) => readonly string[],
): readonly SharedNote[] {
  const pairs = explained.flatMap((one) =>
    [...new Set(words(one))].map((text) => ({ cell: one.cell.id, text })),
  );
  return [...Map.groupBy(pairs, ({ text }) => text)].map(([text, same]) => ({
    whose: same.length === explained.length ? '' : names(same.map(({ cell }) => cell)),
    text,
  }));
}

/**
 * Joins notes, those of some rubies in brackets: `one block in 16 was followed`, `2.3.6 (one block in 16 was
 * followed; it is slow)`.
 */
function bracketed(all: readonly SharedNote[]): readonly string[] {
  return [...Map.groupBy(all, ({ whose }) => whose)].flatMap(([whose, same]) => {
    const texts = same.map(({ text }) => text);
    return whose === '' ? texts : [`${whose} (${texts.join('; ')})`];
  });
}
