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
      /**
       * Until when it rules out a clean verdict: `always` where it is sure, or rises in a line by much; `until-its-time`
       * where it counts as none once the script has had its time, and not when the budget ends sooner. By default it does
       * not.
       */
      readonly staysOpen?: 'always' | 'until-its-time';
    };
