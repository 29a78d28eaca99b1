import type { AxisValues } from '../cell/configurations.ts';
import { STANDARD_PLAIN, type PlainOptions } from './plain-options.ts';

/** How a script is measured: everything that a person may choose besides the script and the rubies. */
export interface MeasureOptions extends PlainOptions {
  /** Longest time that each cell loops, without waiting for a processor (up to as long again). */
  readonly budgetSeconds: number;
  /** Line of the loop to measure, where the request names one and not the script. */
  readonly loopLine: number | null;
  /** Find what leaks after the verdicts, in separate containers. */
  readonly explain: boolean;
  /** Debian packages that are beside Debian's rubies: `ruby-nokogiri`. Other rubies are not measured with any. */
  readonly debianPackages: readonly string[];
  /**
   * Gems that the script has: `oj`, `oj=3.11.8,3.12.0` (a cell for each version), `./my_gem` (a folder beside it that
   * holds a gemspec).
   */
  readonly gems: readonly string[];
  /** Path of a Gemfile beside the script; its lock is beside that. */
  readonly gemfile: string | null;
  /** Find where leaks come and go among all cells, and measure only as many of them as that takes. */
  readonly bisect: boolean;
  /** Whether a cell that was measured before, with all that decides its answer the same, is taken from that run. */
  readonly cache: boolean;
  /** What the cells of a ruby differ in: every combination of these values is a cell. Empty: a cell per ruby. */
  readonly axes: AxisValues;
  /** Lines that the script is also measured without, each entry a variant of it: `12`, `12,15..17`. */
  readonly without: readonly string[];
}

/** The default options. The default budget is in the matrix. */
export const STANDARD_OPTIONS: Omit<MeasureOptions, 'budgetSeconds'> = {
  ...STANDARD_PLAIN,
  loopLine: null,
  explain: false,
  debianPackages: [],
  gems: [],
  gemfile: null,
  bisect: false,
  cache: true,
  axes: {},
  without: [],
};

/** Options that one source names; the next source decides the others. */
export type NamedOptions = { readonly [K in keyof MeasureOptions]?: MeasureOptions[K] | undefined };

/**
 * Merges the options of several sources.
 * @param sources options of each source, the most important first: the request, the script
 */
export function chosenOptions(
  defaults: Pick<MeasureOptions, 'budgetSeconds'>,
  ...sources: readonly NamedOptions[]
): MeasureOptions {
  const { budgetSeconds } = defaults;
  return Object.assign({ ...STANDARD_OPTIONS, budgetSeconds }, ...sources.toReversed().map(given));
}

/** Drops options that are undefined. */
function given(named: NamedOptions): Partial<MeasureOptions> {
  return Object.fromEntries(Object.entries(named).filter(([, value]) => value !== undefined));
}
