import { AXES, findAxis, type NamedAxis, type PlainAxis } from './axes.ts';

/** Settings of a cell besides its ruby: only values that are not the standard one, in the order of AXES. */
export type Settings = Readonly<Partial<Record<PlainAxis, string>> & Record<NamedAxis, string>>;

/**
 * Normalises settings, so that equal ones look equal: in the order of AXES, without standard values. Axes of a later
 * release, which a stored record may name, stay and come last.
 */
export function orderedSettings(settings: Settings): Settings {
  const defined = Object.entries(settings)
    .map(([name, value]) => ({ name, value, found: findAxis(name) }))
    .filter(({ value, found }) => value !== found?.axis.standard)
    .toSorted((a, b) => placeOf(a) - placeOf(b) || (a.name < b.name ? -1 : 1));
  return Object.fromEntries(defined.map(({ name, value }) => [name, value]));
}

const placeOf = ({ found }: { readonly found: ReturnType<typeof findAxis> }): number =>
  found?.place ?? AXES.length;
