import type { Finding, NativeFrame, RubyPlace } from '../../domain/leak/explanation.ts';
import { functionOf } from './frame-kinds.ts';
import { ownFrames } from './own-frames.ts';

/** Least share of functions that two stacks of one site have in common. */
const SAME_SHARE = 0.6;

interface Site {
  readonly script: RubyPlace | null;
  readonly innermost: RubyPlace | null;
  readonly stack: readonly NativeFrame[];
}

/** Tells whether two rubies' findings are the same for a reader: the same kind of thing at the same place. */
export function sameFinding(a: Finding, b: Finding): boolean {
  if (a.kind === 'native') return b.kind === 'native' && a.grows === b.grows && sameSite(a, b);
  if (a.kind === 'mapping') return b.kind === 'mapping' && a.what === b.what;
  return b.kind === 'objects' && a.grows === b.grows && a.className === b.className && samePlace(a, b);
}

/**
 * Tells whether memory is requested at the same site: the same line of the script, the same first function,
 * and nearly the same functions on the stack; where one of the stacks has no names at all, line and library
 * have to be the same.
 */
export function sameSite(a: Site, b: Site): boolean {
  if (!sameLine(a.script, b.script)) return false;
  const [framesA, framesB] = [ownFrames(a.stack), ownFrames(b.stack)];
  const [namesA, namesB] = [namesOf(framesA), namesOf(framesB)];
  if (namesA.size === 0 || namesB.size === 0) {
    return a.script !== null && libraryOf(framesA) === libraryOf(framesB);
  }
  if ([...namesA][0] !== [...namesB][0]) return false;
  const common = [...namesA].filter((name) => namesB.has(name)).length;
  // Where names are missing, only the present ones can be compared.
  const partly = [...framesA, ...framesB].some((frame) => frame.function === null);
  const whole = partly ? Math.min(namesA.size, namesB.size) : namesA.size + namesB.size - common;
  return common / whole >= SAME_SHARE;
}

/** Compares the script's own lines; where none of them was running, the innermost lines. */
function samePlace(a: Omit<Site, 'stack'>, b: Omit<Site, 'stack'>): boolean {
  return a.script === null && b.script === null
    ? sameLine(a.innermost, b.innermost)
    : sameLine(a.script, b.script);
}

function sameLine(a: RubyPlace | null, b: RubyPlace | null): boolean {
  return a?.file === b?.file && a?.line === b?.line;
}

function namesOf(frames: readonly NativeFrame[]): ReadonlySet<string> {
  return new Set(frames.flatMap((frame) => functionOf(frame) ?? []));
}

/**
 * Names the library of a stack without its version: `libruby-3.1.so.3.1` and `libruby.so.2.7` are the same.
 */
function libraryOf(frames: readonly NativeFrame[]): string {
  return /^[a-z_]*/i.exec(frames[0]?.library ?? '')?.[0] ?? '';
}
