/**
 * New objects of one class that were made while a line of the script was running, from the first mark to the last: those
 * that stay, and those that were freed again.
 */
export interface CountedObjects {
  /** Line of the script. */
  readonly line: number;
  readonly className: string;
  readonly objects: number;
}

/** Adds up the counts of one class and line. */
export function addedUp(counts: readonly CountedObjects[]): readonly CountedObjects[] {
  const same = Map.groupBy(counts, ({ line, className }) => `${line} ${className}`);
  return [...same.values()].flatMap(([first, ...others]) =>
    first === undefined
      ? []
      : [{ ...first, objects: others.reduce((sum, { objects }) => sum + objects, first.objects) }],
  );
}
