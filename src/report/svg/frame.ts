/** The box of a panel and of the plane inside of it, in the panel's own units; it grows with its column. */
export const FRAME = { width: 260, height: 140, left: 52, top: 8, across: 192, down: 112 } as const;
