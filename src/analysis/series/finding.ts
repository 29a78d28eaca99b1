import type { Trend } from './trend.ts';

/** Result of assessing one series. Rates are in bytes per iteration. */
export type SeriesFinding =
  | { readonly kind: 'leak'; readonly trend: Trend; readonly staircase: boolean; readonly exact: boolean }
  | { readonly kind: 'clean'; readonly trend: Trend; readonly bound: number }
  | {
      readonly kind: 'open';
      readonly trend: Trend | null;
      readonly bound: number | null;
      readonly why: string;
      /** It rises in a line, by much: however long that took, it cannot be clean. */
      readonly isSteady?: true;
      /** It counts as none only once the script has had its time, not where the budget ends sooner. */
      readonly needsTime?: true;
    };
