import type { CellDifference } from '../src/domain/measurement/repeats.ts';

/** Returns the bytes that a lost block of `size` takes with glibc: a word of its own, in steps of 16. */
const lost = (size: number): number => Math.max(32, Math.ceil((size + 8) / 16) * 16);

/** A body, and what it keeps per iteration, in bytes. */
interface Body {
  readonly code: string;
  readonly keeps: number;
}

const leaks = (size: number, every = 1): Body => ({
  code: every === 1 ? `Fiddle.malloc(${size})` : `Fiddle.malloc(${size}) if i % ${every} == 0`,
  keeps: lost(size) / every,
});
const NOTHING: Body = { code: 'i + 1', keeps: 0 };
const CHURN: Body = { code: '"x" * 10_000', keeps: 0 };
/** One slot of 40 bytes, in a list: nothing that doubles holds it. */
const OBJECT: Body = { code: '$list = [$list]', keeps: 40 };
/** A table that doubles: what it gains is not known to the byte, but the same in both scripts. */
const TABLE: Body = { code: '$table << nil', keeps: 0 };
/** A cache that is full after a while. */
const CACHE: Body = { code: '$cache[i % 5_000] = i.to_s', keeps: 0 };
const both = (...bodies: readonly Body[]): Body => ({
  code: bodies.map(({ code }) => code).join('; '),
  keeps: bodies.reduce((sum, { keeps }) => sum + keeps, 0),
});

/** Pairs of scripts whose difference is known, each as real people compare them. */
export const PAIRS: readonly (readonly [what: string, base: Body, other: Body])[] = [
  ['a leak of 64 bytes is gone', leaks(56), NOTHING],
  ['a leak of 64 bytes has come', NOTHING, leaks(56)],
  ['64 or 80 bytes', leaks(56), leaks(72)],
  ['112 or 64 bytes', leaks(104), leaks(56)],
  ['1,008 or 64 bytes', leaks(1_000), leaks(56)],
  ['the same leak', leaks(56), leaks(56)],
  ['the same clean script', NOTHING, NOTHING],
  ['the same garbage', CHURN, CHURN],
  ['garbage or none', NOTHING, CHURN],
  ['every 10th or every 20th iteration', leaks(56, 10), leaks(56, 20)],
  ['every 100th iteration or none', leaks(56, 100), NOTHING],
  ['an object or none', OBJECT, NOTHING],
  ['two objects or one', both(OBJECT, OBJECT), OBJECT],
  ['a leak beside objects', both(OBJECT, leaks(56)), OBJECT],
  ['a leak beside a table that doubles', both(TABLE, leaks(56)), TABLE],
  ['the same table that doubles', TABLE, TABLE],
  ['a leak beside a cache that fills', both(CACHE, leaks(56)), CACHE],
  ['the same cache that fills', CACHE, CACHE],
  ['a leak among garbage', both(CHURN, leaks(56)), CHURN],
  ['a leak of 32 bytes more', both(leaks(56), leaks(24)), leaks(56)],
];

/** Returns a script that does it again and again. */
export const scriptOf = ({ code }: Body): string =>
  [
    "require 'fiddle'",
    '$list = nil; $table = []; $cache = {}',
    '1000.times do |i|',
    `  ${code}`,
    'end',
    '',
  ].join('\n');

/** Returns what is wrong in the report on a pair; null where nothing is. */
export function wrongWith(base: Body, other: Body, difference: CellDifference | null): string | null {
  if (difference === null) return 'not compared';
  const truth = other.keeps - base.keeps;
  const { bytes, time, resident } = difference;
  if (truth < bytes.low || truth > bytes.high) return 'the interval misses the truth';
  if (truth === 0 && bytes.certainty === 'differs') return 'a difference that there is not';
  if (truth !== 0 && bytes.certainty !== 'differs') return 'the difference was not seen';
  if (base.code !== other.code) return null;
  return [time, resident].some((one) => one?.certainty === 'differs')
    ? 'equal scripts are said to differ'
    : null;
}
