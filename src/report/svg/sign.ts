import { markup, type Markup } from '../text/markup.ts';
import type { Status } from '../rows/status.ts';

/** Strokes in a box of 16 × 16: a shape of its own for every status, so that colour is never needed. */
const STROKES: Readonly<Record<Status, string>> = {
  leak: 'M3 12.5L12.5 3.5M6 3.5H12.5V10',
  clean: 'M3 8.5L6.5 12L13 4.5',
  inconclusive: 'M5.2 6A2.8 2.8 0 1 1 9.2 8.5C8.3 9 8 9.4 8 10.2M8 13V13.01',
  failed: 'M4 4L12 12M12 4L4 12',
  measuring: 'M1.5 9H4.5L6.5 4L9.5 12.5L11.5 8H14.5',
  preparing: 'M8 2.5V10M4.5 7L8 10.5L11.5 7M3 13.5H13',
  queued: 'M3.5 8H3.51M8 8H8.01M12.5 8H12.51',
  'not-run': 'M8 8H8.01',
};

/** Draws the sign of a status as a path, its box moved to (x, y). */
export function signPath(status: Status, x: number, y: number, inferred = false): Markup {
  return markup`<path class="sign ${named(status, inferred)}" transform="translate(${x} ${y})" d="${STROKES[status]}"/>`;
}

/** Draws the sign alone, beside words that say the same; the page defines it once. */
export function sign(status: Status, inferred = false): Markup {
  return markup`<svg class="badge ${status}" aria-hidden="true"><use href="#${signId(status, inferred)}"/></svg>`;
}

/** Returns the signs that `sign` uses: once on a page, before any of them. */
export function signDefinitions(): Markup {
  const all = (Object.keys(STROKES) as Status[]).flatMap((status) =>
    [false, ...(status === 'clean' ? [true] : [])].map((inferred) => {
      const name = named(status, inferred);
      return markup`<symbol id="${signId(status, inferred)}" viewBox="-3 -3 22 22"><rect class="mark ${name}" x="-3" y="-3" width="22" height="22" rx="4"/>${signPath(status, 0, 0, inferred)}</symbol>`;
    }),
  );
  return markup`<svg class="definitions" width="0" height="0" aria-hidden="true"><defs>${all}</defs></svg>
`;
}

const signId = (status: Status, inferred: boolean): string => `sign-${status}${inferred ? '-inferred' : ''}`;

/** Names the CSS classes of a status; an inferred one is drawn as a frame. */
const named = (status: Status, inferred: boolean): string => (inferred ? `${status} inferred` : status);
