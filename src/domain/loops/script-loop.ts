/**
 * How a loop of the script takes part in a run.
 * - `driven`: called through the prelude, which may continue past the script's own count;
 * - `counted`: runs as written, each iteration is counted;
 * - `collecting`: counted, but what grows while it runs is its result (`map`, `inject`): its caller's iteration is judged, or,
 *   where there is none, the whole call, which is made again and again;
 * - `rounds`: goes over a collection's elements; each round is a context of the loops inside.
 */
export type LoopRole = 'driven' | 'counted' | 'collecting' | 'rounds';

/** A loop as it is in the script. */
export interface ScriptLoop {
  readonly line: number;
  readonly endLine: number;
  /** `times`, `loop`, `while`, `each`, `times.map`, `body` … */
  readonly kind: string;
  readonly role: LoopRole;
  /** It can be made to run more often than the script says. */
  readonly canContinue: boolean;
  /** It may be the subject of the script: judged where it runs often, in its own container if needed. */
  readonly subject: boolean;
  /** Method it is in; null for one of the script itself. */
  readonly method: string | null;
  /** How often it runs as written: a literal count, Infinity, or null when only running it can show. */
  readonly count: number | null;
  /** No loop that could be judged runs after it: it may continue in the first container. */
  readonly final: boolean;
  /** It has no end of its own and no way out: nothing after it ever runs. */
  readonly endless: boolean;
  /** Positions (in the list of the script's loops) of the loops around it in the source, outermost first. */
  readonly around: readonly number[];
}

/** Iterations from which a loop is more than a small set-up: it can show growth by itself. */
export const OFTEN = 100;

/**
 * Tells whether a loop is judged on its own. Loops inside of a collection's rounds are judged in them;
 * collecting calls are judged as a whole.
 */
export const isJudged = ({ role }: { readonly role: LoopRole }): boolean =>
  role === 'driven' || role === 'counted';
