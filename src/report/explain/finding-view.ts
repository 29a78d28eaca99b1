import type { CellId } from '../../domain/cell/cell-id.ts';
import type { NativeFinding, ObjectFinding } from '../../domain/leak/explanation.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { formatCount } from '../text/format-number.ts';
import { printable } from '../text/printable.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import { coverageNotes } from './coverage-notes.ts';
import { comparisonTexts } from './comparison-text.ts';
import {
  explainedCells,
  groupFindings,
  isOf,
  type Explained,
  type FindingGroup,
  type Member,
} from './finding-groups.ts';
import { trafficOf, type Counted } from './traffic.ts';
import { rateText, whatText } from './headline.ts';
import { heldByTexts, placeViews, type PlaceView } from './place-text.ts';
import { innerStackLines, stackTexts, wholeStackLines } from './stack-text.ts';

/** A C stack as text. */
export interface StackView {
  /** The cell it was seen on. */
  readonly cell: string;
  /** The frames that matter, innermost first, `…` where some are left out. */
  readonly short: readonly string[];
  /** Every frame up to the interpreter's loop, a line each. */
  readonly inner: readonly string[];
  /** Every frame, a line each. */
  readonly whole: readonly string[];
}

/** One finding as text that every format shows. All texts are printable, none is escaped for a format. */
export interface FindingView {
  /** `2.3.0–2.3.8 and 2.4.3` */
  readonly rubies: string;
  /** `2.3.6-1`: the same for the same finding as long as a run continues. */
  readonly key: string;
  /** `64 B/iteration` */
  readonly rate: string;
  /** `native: one block of 56 bytes per iteration, never freed` */
  readonly what: string;
  readonly places: readonly PlaceView[];
  readonly stack: StackView | null;
  /** Where the memory behind objects is requested: bytes per iteration and stack, largest first. */
  readonly buffers: readonly { readonly rate: string; readonly stack: StackView }[];
  readonly heldBy: readonly string[];
  /** `allocated 5,000 times in 5,000 iterations; 2.4.10 frees it`; null where nothing was counted. */
  readonly history: string | null;
}

/** The explanations of a run, as text. */
export interface ExplanationView {
  readonly findings: readonly FindingView[];
  /** `accounted for: 98 % of 64 B/iteration`, smaller findings, rubies on which nothing was found. */
  readonly sums: readonly string[];
  /** How the leak was explained and what was missing, in one line; null where there is nothing to note. */
  readonly footnote: string | null;
}

/** Findings of one run that are reported; the record holds all of them. */
const MOST_FINDINGS = 12;
const MOST_BUFFERS = 2;

/** Makes the view of what leaks; null for a run in which no leaking ruby was explained. */
export function explanationView(run: RunRecord): ExplanationView | null {
  const explained = explainedCells(run, 'leak');
  if (explained.length === 0) return null;
  const clean = explainedCells(run, 'comparison');
  const groups = groupFindings(run);
  const shown = groups.slice(0, MOST_FINDINGS);
  return {
    findings: shown.map((group) => findingView(group, groups, clean, run)),
    ...coverageNotes(run, explained, clean, groups.slice(MOST_FINDINGS)),
  };
}

function findingView(
  group: FindingGroup,
  groups: readonly FindingGroup[],
  clean: readonly Explained[],
  run: RunRecord,
): FindingView {
  const [{ cell, finding }] = group;
  const names = nameRanges(
    group.map((member) => member.cell),
    run.listed,
  );
  const nth = groups.filter(([first]) => first.cell === cell).indexOf(group) + 1;
  return {
    rubies: joinNames(names.map(printable)),
    key: `${printable(cell).replaceAll(/\s/g, '-')}-${nth}`,
    rate: rateText(group.map((member) => member.finding)),
    what: whatText(finding),
    places: finding.kind === 'mapping' ? [] : placeViews(finding),
    stack: isOf(group, 'native') ? bestStack(group) : null,
    buffers: finding.kind === 'objects' ? bufferViews(cell, finding) : [],
    heldBy: finding.kind === 'objects' ? heldByTexts(finding.path) : [],
    history: isOf(group, 'native') || isOf(group, 'objects') ? history(group, clean, run) : null,
  };
}

/** Picks the stack with the most function names: other rubies may be stripped. */
function bestStack(group: FindingGroup<NativeFinding>): StackView | null {
  const best = group.reduce((a, b) => (namedShare(b) > namedShare(a) ? b : a));
  return stackView(best.cell, best.finding);
}

function namedShare({ finding: { stack } }: Member<NativeFinding>): number {
  return stack.filter((frame) => frame.function !== null).length / Math.max(1, stack.length);
}

function stackView(cell: CellId, { stack }: NativeFinding): StackView | null {
  if (stack.length === 0) return null;
  return {
    cell: printable(cell),
    short: stackTexts(stack),
    inner: innerStackLines(stack),
    whole: wholeStackLines(stack),
  };
}

function bufferViews(cell: CellId, { buffers }: ObjectFinding): FindingView['buffers'] {
  return buffers.slice(0, MOST_BUFFERS).flatMap((buffer) => {
    const stack = stackView(cell, buffer);
    return stack === null ? [] : [{ rate: rateText([buffer]), stack }];
  });
}

/** Describes the counts of the first ruby for all of them: they differ only by the length of the passes. */
function history(group: FindingGroup<Counted>, clean: readonly Explained[], run: RunRecord): string | null {
  const [{ cell, finding, explanation }, ...others] = group;
  const traffic = trafficOf(finding, explanation);
  if (traffic === null) return null;
  const { allocations, frees, iterations } = traffic;
  const about = explanation.oneInBlocks > 1 && finding.kind === 'native' ? 'about ' : '';
  const where = others.length === 0 ? '' : ` on ${printable(cell)}`;
  const freed = frees === 0 ? '' : `, freed ${times(frees)}`;
  const over = `${formatCount(iterations)} iterations${where}`;
  const own = `allocated ${about}${times(allocations)} in ${over}${freed}`;
  const leaking = run.cells.filter(({ id }) => id === cell).map((one) => ({ cell: one, explanation }));
  const beside = [...new Set(group.flatMap((member) => besideOf(member.cell, clean)))];
  return [own, ...leaking.flatMap((one) => comparisonTexts(finding, one, beside, run))].join('; ');
}

/** Selects the clean cells that were observed for the leak of a cell; all of them where the record does not say. */
const besideOf = (cell: CellId, clean: readonly Explained[]): readonly Explained[] =>
  clean.filter(
    ({ explanation: { comparedWith } }) => comparedWith === undefined || comparedWith.includes(cell),
  );

function times(count: number): string {
  return count === 1 ? 'once' : `${formatCount(count)} times`;
}
