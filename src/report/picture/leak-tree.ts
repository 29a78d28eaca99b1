import type {
  Explanation,
  Finding,
  HeldBy,
  NativeFinding,
  ObjectFinding,
} from '../../domain/leak/explanation.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import { ownFrames } from '../../explain/native/own-frames.ts';
import { whatText } from '../explain/headline.ts';
import { printable } from '../text/printable.ts';
import { nativeName, rubyName, type FrameName } from './frame-name.ts';

/**
 * Kind of memory, which decides its colour and pattern. `unnamed`: unexplained growth. In a picture of a difference,
 * `freed`: by both; `both`: kept by both; `other`: kept by the other cell only.
 */
export type MemoryKind = 'native' | 'objects' | 'outside' | 'unnamed' | 'freed' | 'both' | 'other';

/** A frame of the picture; its width is the bytes per iteration that stay in it and in what it led to. */
export interface LeakFrame extends FrameName {
  /** `mixed`: what it led to is of several kinds. */
  readonly kind: MemoryKind | 'mixed';
  /** Bytes per iteration that are in none of its children. */
  readonly own: number;
  /** Bytes per iteration with those of its children. */
  readonly bytes: number;
  /** `one block of 56 bytes per iteration, never freed`; null for a frame on the way. */
  readonly what: string | null;
  /** What keeps it alive, a root first; empty for memory that nothing does. */
  readonly heldBy: readonly HeldBy[];
  /** Findings whose memory is its own: sites of malloc, or objects. */
  readonly findings: readonly (NativeFinding | ObjectFinding)[];
  readonly children: readonly LeakFrame[];
}

/** The leak of one cell as a tree. */
export interface LeakTree {
  readonly cell: CellRecord;
  /** Bytes per iteration that the cell was measured to leak; null where it is not counted in bytes. */
  readonly slope: number | null;
  /** Bytes per iteration of all findings. */
  readonly named: number;
  readonly root: LeakFrame;
}

/** Calculates the bytes per iteration of a frame that stay: all but those that are drawn because both free them. */
export const staysIn = ({ kind, own, children }: LeakFrame): number =>
  (kind === 'freed' ? 0 : own) + children.reduce((sum, child) => sum + staysIn(child), 0);

/** Share of the whole below which a remainder is rounding. */
const ROUNDING = 0.0005;

/**
 * Makes the tree of an explained cell's leak, whose widths add up to its slope; null where nothing was found.
 */
export function leakTree(cell: CellRecord): LeakTree | null {
  const { explanation } = cell;
  if (explanation === null || explanation.role !== 'leak') return null;
  const counted = countedFindings(cell, explanation);
  const found = counted.flatMap((finding) => branchOf(finding, cell));
  const listed = found.reduce((sum, { bytes }) => sum + bytes, 0);
  const slope = slopeOf(explanation);
  const named = Math.max(listed, namedBytes(explanation) ?? 0);
  const whole = Math.max(named, slope ?? 0);
  if (!(whole > 0)) return null;
  const rest = [
    leaf('smaller findings', 'mixed', named - listed, 'each too small to be listed'),
    leaf('not named', 'unnamed', whole - named, 'growth that was measured, but that nothing was found for'),
  ].filter(({ own }) => own > whole * ROUNDING);
  const children = merged([...found, ...rest]);
  const root = { ...leaf(printable(cell.id), kindOf(children), 0, null), key: 'all', children };
  return {
    cell,
    slope,
    named,
    root: { ...root, bytes: children.reduce((sum, { bytes }) => sum + bytes, 0) },
  };
}

function slopeOf({ measured }: Explanation): number | null {
  if (measured === null || measured.unit !== 'bytes') return null;
  return Number.isFinite(measured.perIteration) && measured.perIteration > 0 ? measured.perIteration : null;
}

/** Adds up all findings, including those that are not listed. */
function namedBytes(explanation: Explanation): number | null {
  const slope = slopeOf(explanation);
  return slope === null || explanation.accountedFor === null ? null : slope * explanation.accountedFor;
}

/**
 * Selects the findings whose bytes add up. Where malloc was followed, memory of a growing object without a
 * site is in the other findings already; and malloc's findings are not part of resident memory that grows
 * outside of it.
 */
function countedFindings({ cause }: CellRecord, { findings }: Explanation): readonly Finding[] {
  if (cause === 'outside-malloc') return findings.filter(({ kind }) => kind === 'mapping');
  const followed = findings.some(
    (one) => one.kind === 'native' || (one.kind === 'objects' && one.buffers.length > 0),
  );
  return findings.filter(
    (one) => !(followed && one.kind === 'objects' && one.grows && one.buffers.length === 0),
  );
}

/** Makes the frames of a finding, from the script inwards. */
function branchOf(finding: Finding, cell: CellRecord): readonly LeakFrame[] {
  const bytes = finding.bytesPerIteration;
  if (!(bytes > 0)) return [];
  const what = whatText(finding).replace(/^[a-z ]+: /, '');
  switch (finding.kind) {
    case 'mapping':
      return [leaf(printable(finding.what), 'outside', bytes, what)];
    case 'native':
      return [
        chain([...rubyFrames(finding, cell), ...cFrames(finding, cell)], 'native', bytes, what, [finding]),
      ];
    case 'objects': {
      const behind = finding.buffers.filter((one) => one.bytesPerIteration > 0);
      const inBuffers = behind.reduce((sum, one) => sum + one.bytesPerIteration, 0);
      // The sum of an object's memory is exact, its parts may be rounded.
      const scale = inBuffers > bytes ? bytes / inBuffers : 1;
      const buffers = behind.map((one) =>
        chain(cFrames(one, cell), 'objects', one.bytesPerIteration * scale, 'memory behind these objects', [
          one,
        ]),
      );
      const children = merged(buffers);
      const inner = children.reduce((sum, one) => sum + one.bytes, 0);
      const own = Math.max(0, bytes - inner);
      const name = `${printable(finding.className)}${finding.grows ? ' that grows' : ''}`;
      const object: LeakFrame = {
        ...leaf(name, 'objects', own, what),
        layer: 'object',
        heldBy: finding.path,
        findings: [finding],
        bytes: own + inner,
        children,
      };
      return [under(rubyFrames(finding, cell), object)];
    }
  }
}

function rubyFrames(
  { script, innermost }: Pick<NativeFinding, 'script' | 'innermost'>,
  cell: CellRecord,
): readonly FrameName[] {
  const outer = script ?? innermost;
  if (outer === null) return [];
  const isSame = innermost === null || (outer.file === innermost.file && outer.line === innermost.line);
  const isScript = script !== null;
  if (isSame) return [rubyName({ ...outer, method: innermost?.method ?? outer.method }, cell, isScript)];
  return [rubyName(outer, cell, isScript), rubyName(innermost, cell, false)];
}

const cFrames = ({ stack }: NativeFinding, cell: CellRecord): readonly FrameName[] =>
  ownFrames(stack)
    .toReversed()
    .map((frame) => nativeName(frame, cell));

/** Nests frames, the last of which has the memory. */
function chain(
  frames: readonly FrameName[],
  kind: MemoryKind,
  bytes: number,
  what: string | null,
  findings: readonly NativeFinding[],
): LeakFrame {
  const last = frames.at(-1);
  if (last === undefined) return { ...leaf('no frame is known', kind, bytes, what), findings };
  return under(frames.slice(0, -1), { ...leaf(last.label, kind, bytes, what), ...last, findings });
}

/** Puts a frame under those that led to it. */
function under(frames: readonly FrameName[], inner: LeakFrame): LeakFrame {
  let outermost = inner;
  for (const name of frames.toReversed()) {
    const { kind, bytes } = inner;
    outermost = { ...name, kind, bytes, own: 0, what: null, heldBy: [], findings: [], children: [outermost] };
  }
  return outermost;
}

/** Makes a frame without others inside. */
export const leaf = (
  label: string,
  kind: LeakFrame['kind'],
  bytes: number,
  what: string | null,
): LeakFrame => ({
  key: label,
  label,
  layer: 'rest',
  place: null,
  href: null,
  kind,
  own: bytes,
  bytes,
  what,
  heldBy: [],
  findings: [],
  children: [],
});

/** Merges equal frames side by side, largest first. */
function merged(frames: readonly LeakFrame[]): readonly LeakFrame[] {
  const groups = [
    ...Map.groupBy(frames, ({ layer, key, what, heldBy }) => groupKey(layer, key, what, heldBy)),
  ];
  return groups.map(([, same]) => together(same)).toSorted((a, b) => b.bytes - a.bytes);
}

/**
 * Makes the key of frames that are merged: leaking frames are separate from those on the way, and objects
 * with different holders are separate.
 */
const groupKey = (layer: string, key: string, what: string | null, heldBy: readonly HeldBy[]): string =>
  JSON.stringify(layer === 'object' ? [layer, key, what, heldBy] : [layer, key]);

function together(same: readonly LeakFrame[]): LeakFrame {
  const [first] = same;
  if (first === undefined) throw new Error('a group has a member');
  const children = merged(same.flatMap((one) => one.children));
  const own = same.reduce((sum, one) => sum + one.own, 0);
  const whats = [...new Set(same.flatMap(({ what }) => what ?? []))];
  return {
    ...first,
    kind: kindOf(same),
    own,
    findings: same.flatMap(({ findings }) => findings),
    what: whats.length === 0 ? null : whats.join('; '),
    bytes: own + children.reduce((sum, { bytes }) => sum + bytes, 0),
    children,
  };
}

/** Finds the kind of frames together; what is freed is the background of the rest. */
export function kindOf(frames: readonly Pick<LeakFrame, 'kind'>[]): LeakFrame['kind'] {
  const kinds = new Set(frames.map((one) => one.kind));
  if (kinds.size > 1) kinds.delete('freed');
  const [kind, ...others] = [...kinds];
  return kind === undefined || others.length > 0 ? 'mixed' : kind;
}
