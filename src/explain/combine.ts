import type { Finding, NativeFinding, ObjectFinding, RubyPlace } from '../domain/leak/explanation.ts';
import type { HeapFinding } from './heap/types.ts';
import { shareMovedTables } from './native/moved-tables.ts';

/** A table that doubles grows in steps: what it allocates may exceed the growth of its memsize by this factor. */
const AT_MOST = 1.6;
/** A growing object is fully explained when no more than this share of its memory is missing. */
const REST = 0.15;
/** Findings below this share of the total are not listed. */
const SMALL = 0.01;
const MOST = 12;

export interface Combined {
  /** Largest first. */
  readonly findings: readonly Finding[];
  /** Bytes per iteration of all findings, those that are not listed included. */
  readonly sum: number;
  /** How many were too small to be reported. */
  readonly left: number;
}

/**
 * Combines malloc's sites and the heap dumps, counting every byte once. Memory that makes up the growth of an object
 * belongs to that object; memory allocated at the line that makes objects belongs to them, and so do tables that the
 * collector moved to malloc; the rest is listed by itself.
 */
export function combine(objects: readonly HeapFinding[], native: readonly NativeFinding[]): Combined {
  const free = new Set(native.toSorted((a, b) => b.bytesPerIteration - a.bytesPerIteration));
  const growers = objects
    .filter((one) => one.grows)
    .toSorted((a, b) => b.memsizePerIteration - a.memsizePerIteration)
    .map((one) => grower(one, take(free, ofGrower(one))));
  const stayers = objects
    .filter((one) => !one.grows)
    .map((one) => ({ one, buffers: take(free, (site) => samePlace(one, site)) }));
  const { tables, rest } = shareMovedTables(
    stayers.map(({ one, buffers }) => ({ kept: one, has: total(buffers) })),
    [...free],
  );
  const kept = stayers.map(({ one, buffers }, index) => stayer(one, [...buffers, ...(tables[index] ?? [])]));
  const all = [...growers, ...kept, ...rest].toSorted((a, b) => b.bytesPerIteration - a.bytesPerIteration);
  // All of malloc was traced, so memory of a growing object without a site is in the sum already.
  const counted = all.filter((one) => native.length === 0 || !isUnfounded(one));
  const sum = counted.reduce((total, { bytesPerIteration }) => total + bytesPerIteration, 0);
  const findings = all.filter(({ bytesPerIteration }) => bytesPerIteration >= sum * SMALL).slice(0, MOST);
  return { findings, sum, left: all.length - findings.length };
}

const isUnfounded = (one: Finding): boolean =>
  one.kind === 'objects' && one.grows && one.buffers.length === 0;

/** Takes the matching findings out of the set. */
function take(free: Set<NativeFinding>, wanted: (site: NativeFinding) => boolean): readonly NativeFinding[] {
  const taken = [...free].filter(wanted);
  for (const site of taken) free.delete(site);
  return taken;
}

/**
 * Makes a predicate that takes the largest sites that fit into the growth of an object, until all of it is
 * found.
 */
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

/**
 * Makes the finding of an object that grows. Sites are exact, so they are preferred to memsize, Ruby's own
 * estimate.
 */
function grower(one: HeapFinding, buffers: readonly NativeFinding[]): ObjectFinding {
  const bytesPerIteration = buffers.length > 0 ? total(buffers) : one.memsizePerIteration;
  return { ...plain(one), bytesPerIteration, buffers };
}

/** Makes the finding of objects that stay: their slots plus the blocks behind them. */
function stayer(one: HeapFinding, buffers: readonly NativeFinding[]): ObjectFinding {
  return { ...plain(one), bytesPerIteration: one.bytesPerIteration + total(buffers), buffers };
}

/** Drops the fields that only this file needs. */
function plain(one: HeapFinding): ObjectFinding {
  const { kind, script, innermost, className, objectsPerIteration, bytesPerIteration, grows, path, buffers } =
    one;
  return { kind, script, innermost, className, objectsPerIteration, bytesPerIteration, grows, path, buffers };
}
