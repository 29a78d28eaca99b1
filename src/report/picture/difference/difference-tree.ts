import type { NativeFinding } from '../../../domain/leak/explanation.ts';
import type { CellRecord, RunRecord } from '../../../domain/run/record.ts';
import { sameSite } from '../../../explain/native/same-site.ts';
import { comparisonTexts } from '../../explain/comparison-text.ts';
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
  const seen = { run, cell: tree.cell, partner };
  return { ...tree, root: beside(tree.root, seen), partner };
}

/** Returns the cell that a tree is seen against; null where it is seen alone. */
export const partnerIn = (tree: LeakTree | DifferenceTree): CellRecord | null =>
  'partner' in tree ? tree.partner : null;

const sumOf = (frame: LeakFrame, kind: LeakFrame['kind']): number =>
  (frame.kind === kind ? frame.own : 0) + frame.children.reduce((sum, one) => sum + sumOf(one, kind), 0);

interface Seen {
  readonly run: RunRecord;
  readonly cell: CellRecord;
  readonly partner: CellRecord;
}

/**
 * Adds to each frame what the clean cell does there, and what malloc gave that both free. Objects that both free are not
 * counted: every new object of the clean cell would have to be traced, too. That it keeps none follows from its verdict.
 */
function beside(frame: LeakFrame, seen: Seen): LeakFrame {
  const { explanation } = seen.partner;
  const clean = explanation === null ? [] : [{ cell: seen.partner, explanation }];
  const iterations = seen.cell.explanation?.iterations ?? 0;
  const words = frame.sites.flatMap((site) =>
    comparisonTexts(site, site.allocations / Math.max(1, iterations), clean, seen.run.listed),
  );
  const freed = frame.sites.reduce((sum, site) => sum + freedByBoth(site, seen), 0);
  const grey = freed > SEEN * frame.own ? [freedFrame(freed, frame.own)] : [];
  const children = [...frame.children.map((one) => beside(one, seen)), ...grey];
  const keepsNone = frame.layer === 'object' ? [`${printable(seen.partner.id)} keeps none`] : [];
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

/** Calculates the bytes per iteration that pass through a site and are freed, by the one that leaks and by the clean one. */
function freedByBoth(site: NativeFinding, { cell, partner }: Seen): number {
  const there = partner.explanation?.comparisons.filter((one) => sameSite(site, one)) ?? [];
  const frees = there.reduce((sum, one) => sum + one.frees, 0);
  const [own, other] = [cell.explanation?.iterations ?? 0, partner.explanation?.iterations ?? 0];
  if (own === 0 || other === 0 || !(site.blocksPerIteration > 0)) return 0;
  const size = site.bytesPerIteration / site.blocksPerIteration;
  return Math.min(site.frees / own, frees / other) * size;
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
