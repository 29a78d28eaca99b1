import type { CellRecord, RunRecord } from '../../../domain/run/record.ts';
import { scriptOf } from '../../../domain/run/script-variant.ts';
import { placedIn } from '../../../explain/same-lines.ts';
import type { Explained } from '../../explain/finding-groups.ts';
import { comparisonTexts } from '../../explain/comparison-text.ts';
import { shareThere, slotBytes, trafficAt, trafficOf, type Counted } from '../../explain/traffic.ts';
import { formatRate } from '../../text/format-number.ts';
import { printable } from '../../text/printable.ts';
import { kindOf, leaf, leakTree, type LeakFrame, type LeakTree } from '../leak-tree.ts';
import { partnerOf } from './partner.ts';

/** A leak beside what another cell does at the same places. */
export interface DifferenceTree extends LeakTree {
  readonly partner: CellRecord;
}

/** Share of the whole below which two cells keep the same. */
const SAME = 0.02;

/** Share of what stays from which what is freed is drawn beside it. */
const SEEN = 0.01;

/** Puts a leak beside the cell that it is best seen against; as it was where there is none, or it keeps the same. */
export function differenceTree(run: RunRecord, tree: LeakTree): LeakTree | DifferenceTree {
  const partner = partnerOf(run, tree.cell);
  if (partner === null) return tree;
  if (partner.verdict === 'leak') {
    const other = leakTree(partner);
    if (other === null) return tree;
    const root = together(tree.root, other.root, printable(partner.id));
    const same = sumOf(root, 'both');
    return root.bytes - same <= SAME * root.bytes ? tree : { ...tree, root, partner };
  }
  const place = placedIn(scriptOf(run, tree.cell), scriptOf(run, partner));
  const [leaking, clean] = [explainedOf(tree.cell), explainedOf(partner)];
  const seen = { run, partner, leaking, clean, place };
  return { ...tree, root: beside(tree.root, seen), partner };
}

/** Returns the cell that a tree is seen against; null where it is seen alone. */
export const partnerIn = (tree: LeakTree | DifferenceTree): CellRecord | null =>
  'partner' in tree ? tree.partner : null;

const sumOf = (frame: LeakFrame, kind: LeakFrame['kind']): number =>
  (frame.kind === kind ? frame.own : 0) + frame.children.reduce((sum, one) => sum + sumOf(one, kind), 0);

/** A leaking cell and the clean one that it is seen against. */
interface Seen {
  readonly run: RunRecord;
  readonly partner: CellRecord;
  /** The leaking one, and the clean one where it was observed. */
  readonly leaking: readonly Explained[];
  readonly clean: readonly Explained[];
  /** Puts a finding where the same line is in the script of the clean one. */
  readonly place: ReturnType<typeof placedIn>;
}

const explainedOf = (cell: CellRecord): readonly Explained[] =>
  cell.explanation === null ? [] : [{ cell, explanation: cell.explanation }];

/** Adds to each frame what the clean cell does there, and the memory of malloc and the objects that both free. */
function beside(frame: LeakFrame, seen: Seen): LeakFrame {
  const { run, leaking, clean } = seen;
  const words = leaking.flatMap((one) =>
    frame.findings.flatMap((finding) => comparisonTexts(finding, one, clean, run)),
  );
  const freed = frame.findings.reduce((sum, finding) => sum + freedByBoth(finding, seen), 0);
  const grey = freed > SEEN * frame.own ? [freedFrame(freed, frame.own)] : [];
  const children = [...frame.children.map((one) => beside(one, seen)), ...grey];
  // Where it is not known what it makes there, its verdict says that none of it stays.
  const isUnknown = frame.layer === 'object' && words.length === 0;
  const keepsNone = isUnknown ? [`${printable(seen.partner.id)} keeps none`] : [];
  const what = [...(frame.what === null ? [] : [frame.what]), ...new Set(words), ...keepsNone].join('; ');
  return {
    ...frame,
    what: what === '' ? null : what,
    children,
    bytes: frame.own + children.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Makes the frame of what both free. It is cut at what stays, which would be too narrow to be seen beside it. */
function freedFrame(freed: number, kept: number): LeakFrame {
  const cut = freed > kept;
  const text = `${formatRate(freed)} B/iteration, freed by both${cut ? ' (drawn narrower)' : ''}`;
  return { ...leaf('freed by both', 'freed', Math.min(freed, kept), text), key: 'freed by both' };
}

/** Calculates the bytes per iteration that are freed at the place of a finding, by the one that leaks and by the clean one. */
function freedByBoth(finding: Counted, { leaking: [own], clean: [other], place }: Seen): number {
  const placed = place(finding);
  if (own === undefined || other === undefined || placed === null) return 0;
  const [here, there] = [trafficOf(finding, own.explanation), trafficAt(placed, other.explanation)];
  if (here === null || there === null || there.iterations === 0) return 0;
  const frees = Math.min(here.frees / here.iterations, there.frees / there.iterations);
  if (finding.kind === 'objects') return frees * shareThere(finding, own.explanation) * slotBytes(finding);
  const { bytesPerIteration, blocksPerIteration } = finding;
  return blocksPerIteration > 0 ? (frees * bytesPerIteration) / blocksPerIteration : 0;
}

/** Joins the frames of two leaks: what both keep is a frame of its own, and so is what only the other one keeps. */
function together(one: LeakFrame | null, other: LeakFrame | null, name: string): LeakFrame {
  const frame = one ?? other;
  if (frame === null) throw new Error('one of both is there');
  const both = Math.min(one?.own ?? 0, other?.own ?? 0);
  const own = (one?.own ?? 0) - both;
  const more = (other?.own ?? 0) - both;
  const children = pairs(one?.children ?? [], other?.children ?? []).map(([a, b]) => together(a, b, name));
  const parts = [
    ...(both > 0
      ? [leaf('kept by both', 'both', both, `${formatRate(both)} B/iteration, kept by both`)]
      : []),
    ...(more > 0
      ? [leaf(`kept by ${name} only`, 'other', more, `${formatRate(more)} B/iteration more than here`)]
      : []),
  ];
  const all = [...children, ...parts];
  const kinds = [...(own > 0 && one !== null ? [one] : []), ...all];
  return {
    ...frame,
    own,
    what: own > 0 ? frame.what : null,
    kind: kindOf(kinds),
    children: all,
    bytes: own + all.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}

/** Pairs equal frames of two lists, the largest with the largest; one that only one of them has is alone. */
function pairs(
  ones: readonly LeakFrame[],
  others: readonly LeakFrame[],
): readonly (readonly [LeakFrame | null, LeakFrame | null])[] {
  const left = [...others];
  const paired = ones.map((one) => {
    const at = left.findIndex(({ layer, key }) => layer === one.layer && key === one.key);
    const [other = null] = at === -1 ? [] : left.splice(at, 1);
    return [one, other] as const;
  });
  return [...paired, ...left.map((other) => [null, other] as const)];
}
