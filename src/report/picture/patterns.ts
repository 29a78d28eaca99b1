import { raw } from 'hono/html';
import type { Markup } from '../text/markup.ts';

/** What the patterns stand for, in the order of a legend. */
export const MEMORY_WORDS = {
  native: 'native: malloc of Ruby or an extension',
  objects: 'Ruby objects and the memory behind them',
  outside: 'outside malloc',
  unnamed: 'measured, but not named',
  both: 'kept by both',
  other: 'kept by the other only',
  freed: 'freed by both',
} as const;

/**
 * Patterns by which kinds of memory differ without any colour: slanted lines, dots, level lines, a grid, upright lines, lines the
 * other way; what is freed has none. One
 * definition serves all pictures of a page.
 */
export const PATTERNS: Markup = raw(
  `<pattern id="of-native" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0V7" stroke-width="3"/></pattern>` +
    `<pattern id="of-objects" width="7" height="7" patternUnits="userSpaceOnUse"><circle cx="2" cy="2" r="1.5"/><circle cx="5.5" cy="5.5" r="1.5"/></pattern>` +
    `<pattern id="of-outside" width="8" height="6" patternUnits="userSpaceOnUse"><path d="M0 1.5H8" stroke-width="2"/></pattern>` +
    `<pattern id="of-unnamed" width="8" height="8" patternUnits="userSpaceOnUse"><path d="M0 0L8 8M8 0L0 8" stroke-width="1"/></pattern>` +
    `<pattern id="of-both" width="6" height="6" patternUnits="userSpaceOnUse"><path d="M1.5 0V6" stroke-width="2"/></pattern>` +
    `<pattern id="of-other" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(-45)"><path d="M0 0V7" stroke-width="3"/></pattern>`,
);
