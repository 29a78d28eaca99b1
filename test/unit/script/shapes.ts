/** A script as people post it, and the loop that is meant. */
export interface Shape {
  readonly name: string;
  readonly text: string;
  /** Line of the outermost loop; null where the body is repeated instead. */
  readonly line: number;
  readonly unitLine: number;
  readonly kinds: readonly string[];
  /** Oldest Ruby that knows the syntax, where that isn't 2.2. */
  readonly since?: string;
}

export const shape = (
  name: string,
  text: string,
  line: number,
  unitLine: number,
  kinds: string,
  since?: string,
): Shape => ({
  name,
  text,
  line,
  unitLine,
  kinds: kinds.split(' '),
  ...(since === undefined ? {} : { since }),
});
