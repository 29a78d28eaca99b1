import type { Matrix, Ruby } from '../../domain/ruby/ruby.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../../report/text/release-names.ts';
import { isAvailable, type RubyPresence } from '../../engine/ruby-presence.ts';

export interface ChosenRubies {
  readonly rubies: readonly Ruby[];
  readonly notes: readonly string[];
}

/** What can be measured without a registry. */
export interface Offline {
  readonly presence: readonly RubyPresence[];
  /** Whether bases of Debian's rubies can be made: debootstrap needs root. */
  readonly mayMakeDebian: boolean;
}

/** Keeps the rubies that can be measured without a registry. */
export function possibleRubies(
  rubies: readonly Ruby[],
  { presence, mayMakeDebian }: Offline,
): readonly Ruby[] {
  const here = new Set(presence.flatMap((one) => (isAvailable(one) ? [one.ruby] : [])));
  return rubies.filter(
    ({ name, sources }) => here.has(name) || (mayMakeDebian && sources.some(({ kind }) => kind === 'debian')),
  );
}

/**
 * Chooses the rubies of a run that names none: the default set where a registry answers; else every ruby
 * whose image is here or can be made from Debian packages, with a note that names what of the default set is
 * left out, and why.
 * @param offline available images, and whether this user may make Debian bases; null where a registry answers
 */
export function defaultRubies(matrix: Matrix, offline: Offline | null): ChosenRubies {
  const inDefault = new Set(matrix.defaultSet);
  if (offline === null)
    return { rubies: matrix.rubies.filter((ruby) => inDefault.has(ruby.name)), notes: [] };
  const rubies = possibleRubies(matrix.rubies, offline);
  const missing = matrix.rubies.filter((ruby) => inDefault.has(ruby.name) && !rubies.includes(ruby));
  if (missing.length === 0) return { rubies, notes: [] };
  const names = nameRanges(
    missing.map((ruby) => ruby.name),
    matrix.rubies.map((ruby) => ruby.name),
  );
  const were = missing.length === 1 ? 'was' : 'were';
  return {
    rubies,
    notes: [
      `No registry answers, so what is here was measured; of the default set, ${joinNames(names)} ${were} not: ` +
        `${missing.length === 1 ? 'its image is' : 'their images are'} not here, ` +
        (offline.mayMakeDebian
          ? 'and Debian has no packages of that release.'
          : 'and making one from Debian’s packages needs root.'),
    ],
  };
}
