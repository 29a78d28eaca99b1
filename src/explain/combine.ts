import type { Finding, NativeFinding, ObjectFinding, RubyPlace } from '../domain/leak/explanation.ts';
import type { HeapFinding } from './heap/types.ts';

/** A table that doubles takes its steps when it likes: what it asks for may be so much more than its memsize grew. */
const AT_MOST = 1.6;
/** A grower whose memory is found but for this share has all of it. */
const REST = 0.15;
/** What is smaller than this share of all of it is not told by itself. */
const SMALL = 0.01;
const MOST = 12;

export interface Combined {
  /** Largest first. */
  readonly findings: readonly Finding[];
  /** Bytes per iteration of all that was found, what is not told by itself included. */
  readonly sum: number;
  /** How many were too small to be reported. */
  readonly left: number;
}

/**
 * Puts what malloc's sites and what the heap dumps say together, every byte once. Memory that makes up what an object
 * grew by belongs to that object; what is requested at the line that makes objects belongs to them; the rest stands
 * alone.
 */
export function combine(objects: readonly HeapFinding[], native: readonly NativeFinding[]): Combined {
  const free = new Set(native.toSorted((a, b) => b.bytesPerIteration - a.bytesPerIteration));
  const growers = objects
    .filter((one) => one.grows)
    .toSorted((a, b) => b.memsizePerIteration - a.memsizePerIteration)
    .map((one) => grower(one, take(free, ofGrower(one))));
  const kept = objects
    .filter((one) => !one.grows)
    .map((one) =>
      stayer(
        one,
        take(free, (site) => samePlace(one, site)),
      ),
    );
  const all = [...growers, ...kept, ...free].toSorted((a, b) => b.bytesPerIteration - a.bytesPerIteration);
  // All of malloc was followed: memory of a grower that no site answers for is in the sum already.
  const counted = all.filter((one) => native.length === 0 || !isUnfounded(one));
  const sum = counted.reduce((total, { bytesPerIteration }) => total + bytesPerIteration, 0);
  const findings = all.filter(({ bytesPerIteration }) => bytesPerIteration >= sum * SMALL).slice(0, MOST);
  return { findings, sum, left: all.length - findings.length };
}

const isUnfounded = (one: Finding): boolean =>
  one.kind === 'objects' && one.grows && one.buffers.length === 0;

/** Takes out what is wanted. */
function take(free: Set<NativeFinding>, wanted: (site: NativeFinding) => boolean): readonly NativeFinding[] {
  const taken = [...free].filter(wanted);
  for (const site of taken) free.delete(site);
  return taken;
}

/** Takes the largest sites that fit into what the object grew by, until all of that is found. */
function ofGrower({ memsizePerIteration: grown }: HeapFinding): (site: NativeFinding) => boolean {
  let rest = grown;
  return ({ bytesPerIteration: bytes }) => {
    if (rest <= grown * REST || bytes > rest * AT_MOST || bytes < grown * SMALL) return false;
    rest -= bytes;
    return true;
  };
}

function samePlace(a: ObjectFinding, b: NativeFinding): boolean {
  if (a.script !== null && b.script !== null) return sameLine(a.script, b.script);
  return a.innermost !== null && b.innermost !== null && sameLine(a.innermost, b.innermost);
}

const sameLine = (a: RubyPlace, b: RubyPlace): boolean => a.line === b.line && a.file === b.file;

const total = (sites: readonly NativeFinding[]): number =>
  sites.reduce((sum, { bytesPerIteration }) => sum + bytesPerIteration, 0);

/** Prefers the sites, which are exact, to memsize, which is Ruby's own estimate. */
function grower(one: HeapFinding, buffers: readonly NativeFinding[]): ObjectFinding {
  const bytesPerIteration = buffers.length > 0 ? total(buffers) : one.memsizePerIteration;
  return { ...plain(one), bytesPerIteration, buffers };
}

/** Slots and the blocks behind them are different bytes. */
function stayer(one: HeapFinding, buffers: readonly NativeFinding[]): ObjectFinding {
  return { ...plain(one), bytesPerIteration: one.bytesPerIteration + total(buffers), buffers };
}

/** Without what only this file needs to know. */
function plain(one: HeapFinding): ObjectFinding {
  const { kind, script, innermost, className, objectsPerIteration, bytesPerIteration, grows, path, buffers } =
    one;
  return { kind, script, innermost, className, objectsPerIteration, bytesPerIteration, grows, path, buffers };
}
