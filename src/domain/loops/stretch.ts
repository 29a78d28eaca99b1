/** A loop in one context, as one container saw it: what is judged. */
export interface Stretch {
  readonly id: number;
  /** Position of its loop in the script's list of loops. */
  readonly site: number;
  /** Where it ran, as the script's process reported; fields may be empty. */
  readonly context: StretchContext;
  /**
   * How it ended: by itself; cut so that the rest of the script could run; by an exception; taken over by a loop of
   * the main thread. null while it continues, or where the container was ended first.
   */
  readonly ended: 'end' | 'cut' | 'raised' | 'taken' | null;
}

export interface StretchContext {
  /** Outermost method or test of the script in the loop's call stack. */
  readonly method: string;
  /** Line of the call that leads to the loop; empty where the loop is at the top level. */
  readonly line: string;
  /** Rounds of the tables around it, outermost first: `2`, `1,3`. */
  readonly rounds: string;
}
