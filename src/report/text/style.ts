/**
 * How a report highlights text, and names the command. The caller decides whether a terminal shows colours.
 */
export interface Style {
  /** The words that call Matrix there: `matrix`, or `npm run matrix --` in a clone. */
  readonly command: string;
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const same = (text: string): string => text;

/** How Matrix is called where it is installed. */
export const COMMAND = 'matrix';

/** No highlighting: files, pipes, NO_COLOR. */
export const plainStyle: Style = {
  command: COMMAND,
  bold: same,
  dim: same,
  red: same,
  green: same,
  yellow: same,
};
