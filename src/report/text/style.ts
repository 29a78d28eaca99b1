/** How a report marks its text. The caller decides whether a terminal shows colours. */
export interface Style {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly red: (text: string) => string;
  readonly green: (text: string) => string;
  readonly yellow: (text: string) => string;
}

const same = (text: string): string => text;

/** No marks at all: files, pipes, NO_COLOR. */
export const plainStyle: Style = { bold: same, dim: same, red: same, green: same, yellow: same };
