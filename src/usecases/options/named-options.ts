import type { GivenAxis } from '../../domain/cell/axis-values.ts';
import { mergedAxes, type AxisValues } from '../../domain/cell/configurations.ts';
import { orderedPackages } from '../../domain/ruby/debian-packages.ts';
import type { NamedOptions } from '../../domain/run/options.ts';
import { eachPlain, type PlainOptions } from '../../domain/run/plain-options.ts';

/** Measuring options as the commander library parsed them. */
export interface RawMeasureOptions {
  readonly budget?: number;
  readonly loop?: number;
  readonly explain?: boolean;
  /** false: --no-cache; commander gives true where the option is absent. */
  readonly cache?: boolean;
  readonly debianPackage?: readonly string[];
  readonly gem?: readonly string[];
  readonly with?: readonly GivenAxis[];
  readonly env?: readonly GivenAxis[];
  /** Sets of lines to leave out; empty: none, whatever the script says. */
  readonly without?: readonly string[];
}

/** Collects the measuring options that the command line names. */
export const namedOptions = ({
  budget,
  loop,
  debianPackage,
  ...others
}: RawMeasureOptions): NamedOptions => ({
  ...plainIn(others),
  budgetSeconds: budget,
  loopLine: loop,
  explain: others.explain,
  cache: others.cache,
  debianPackages: debianPackage === undefined ? undefined : orderedPackages(debianPackage),
  gems: others.gem,
  without: others.without,
  axes: axesOf([...(others.with ?? []), ...(others.env ?? [])]),
});

/** Picks plain options, which commander names by their words in camel case. */
const plainIn = (raw: object): Partial<PlainOptions> =>
  eachPlain(({ word }) =>
    Reflect.get(
      raw,
      word.replaceAll(/-[a-z]/g, (letters) => letters.slice(1).toUpperCase()),
    ),
  );

/** Axes that were named; undefined where none was. */
const axesOf = (given: readonly GivenAxis[]): AxisValues | undefined =>
  given.length === 0 ? undefined : mergedAxes(given);
