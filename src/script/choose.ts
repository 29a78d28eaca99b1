import type { LoopSite } from './loops.ts';
import { callName, child, end, type SyntaxNode } from './syntax.ts';

/** The loop that is measured: outermost first, the last one's iteration is the unit. */
export interface ChosenLoop {
  readonly chain: readonly [LoopSite, ...LoopSite[]];
  readonly others: readonly LoopSite[];
}

/** A loop that runs at least this often counts as one that was written to show a leak. */
const MANY = 100;

const runsOften = (loop: LoopSite): boolean => loop.count === null || loop.count >= MANY;

/** What people put beside the inner loop without it being the subject: printing, collecting, waiting. */
const CHORES = new Set([
  'print',
  'puts',
  'p',
  'pp',
  'printf',
  'putc',
  'sleep',
  'write',
  'flush',
  'start',
  'compact',
  'gc',
  'rss',
  'mem',
  'memory',
]);
const isChore = (node: SyntaxNode): boolean => {
  const name = callName(node);
  return (
    name !== null &&
    (CHORES.has(name) || /rss|mem|gc|report|log|dump|stat/i.test(name)) &&
    child(node, 'block') === null
  );
};

/** A loop that only waits, prints or collects: `loop { sleep 1 }` behind the threads that work. */
const idles = (loop: LoopSite): boolean => loop.body.length > 0 && loop.body.every(isIdle);
const IDLE = new Set(['sleep', 'print', 'puts', 'p', 'pp', 'printf', 'putc']);
function isIdle(node: SyntaxNode): boolean {
  const receiver = child(node, 'receiver');
  const name = callName(node);
  if (name === null || child(node, 'block') !== null) return false;
  return receiver === null ? IDLE.has(name) : receiver['name'] === 'GC';
}

function innerLoop(loop: LoopSite, loops: readonly LoopSite[]): LoopSite | null {
  const direct = loops.filter((one) => loop.body.includes(one.node));
  if (direct.length === 1 && direct[0] !== undefined) {
    const inner = direct[0];
    const rest = loop.body.filter((one) => one !== inner.node);
    return runsOften(inner) || rest.every(isChore) ? inner : null;
  }
  if (direct.length > 1) return null;
  // `10.times { test; puts rss }` with the 100,000 iterations inside `def test`.
  const called = new Set(loop.body.map((one) => (child(one, 'receiver') === null ? callName(one) : null)));
  const inMethods = loops.filter(
    (one) => !one.nested && one.method !== null && called.has(one.method) && runsOften(one),
  );
  return inMethods.length === 1 ? (inMethods[0] ?? null) : null;
}

/** `4.times { Thread.new { loop { … } } }`: the only loop in there that runs often, however deep. */
function soleInside(loop: LoopSite, loops: readonly LoopSite[]): LoopSite | null {
  if (runsOften(loop) || innerLoop(loop, loops) !== null) return null;
  const often = loops.filter((one) => one !== loop && encloses(loop, one) && runsOften(one));
  const only = often.find((one) => !often.some((other) => other !== one && encloses(other, one)));
  return only !== undefined && often.every((one) => one === only || encloses(only, one)) ? only : null;
}

const encloses = ({ node: outer }: LoopSite, { node: inner }: LoopSite): boolean =>
  outer.location.startOffset <= inner.location.startOffset && end(inner.location) <= end(outer.location);

/**
 * Which loop is meant. Of the loops that no other loop encloses: the last one that runs at least 100 times
 * or whose count is unknown; before it scripts fill tables and warm up. If none does, the one of the script
 * that runs most often. A loop of the script itself goes before one inside a method, one that works before
 * one that only prints or waits. `line` overrules all that.
 */
export function chooseLoop(
  loops: readonly LoopSite[],
  lineOf: (loop: LoopSite) => number,
  line: number | null,
): ChosenLoop | null {
  const outermost = loops.filter((loop) => !loop.nested);
  const own = outermost.filter((loop) => loop.method === null && !idles(loop));
  const inMethods = outermost.filter((loop) => loop.method !== null && !idles(loop));
  const found = [own, inMethods, outermost]
    .map((some) => some.findLast(reachesMany(loops)))
    .find((one) => one !== undefined);
  const most = own.reduce<LoopSite | null>(
    (best, one) => ((one.count ?? 0) > (best?.count ?? -1) ? one : best),
    null,
  );
  const meant = found ?? most;
  const root =
    line === null
      ? meant && (soleInside(meant, loops) ?? meant)
      : (loops.find((loop) => lineOf(loop) === line) ?? null);
  if (root === null) return null;
  const chain: [LoopSite, ...LoopSite[]] = [root];
  for (
    let inner = innerLoop(root, loops);
    inner !== null && !chain.includes(inner);
    inner = innerLoop(inner, loops)
  ) {
    chain.push(inner);
  }
  const others = outermost.filter(
    (loop) => !chain.some((one) => encloses(loop, one)) && loop.method === null,
  );
  return { chain, others };
}

/** `10.times { 100_000.times { … } }` runs often, seen as a whole. */
const reachesMany =
  (loops: readonly LoopSite[]) =>
  (loop: LoopSite): boolean => {
    const inner = innerLoop(loop, loops);
    return runsOften(loop) || (inner !== null && (loop.count ?? 1) * (inner.count ?? MANY) >= MANY);
  };
