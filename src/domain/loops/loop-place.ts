/** Where a loop is in a script, as a record names it; several may be at one place. */
export interface LoopPlace {
  readonly line: number;
  readonly kind: string;
  readonly context: string | null;
}

/** Tells whether two loops are at the same place. */
export const isAt = (loop: LoopPlace, other: LoopPlace): boolean =>
  loop.line === other.line && loop.kind === other.kind && loop.context === other.context;
