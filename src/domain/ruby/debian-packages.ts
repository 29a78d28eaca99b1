import type { Result } from '../result.ts';
import type { FolderSource, Ruby, RubySource } from './ruby.ts';

/** Name of a package as Debian's policy has it; nothing that apt would take for an option or a version. */
export const PACKAGE_NAME = /^[a-z0-9][a-z0-9+.-]{1,99}$/;

/** A package of Debian, and its version; empty where that is not known. */
export interface DebianPackage {
  readonly name: string;
  readonly version: string;
}

export type DebianSource = Extract<RubySource, { readonly kind: 'debian' }>;

/** Sorts package names, each once, so that equal lists look equal. */
export const orderedPackages = (names: readonly string[]): readonly string[] =>
  [...new Set(names)].toSorted();

/** Reads package names from a comma list; `message` names the first bad one. */
export function parsePackages(text: string): Result<readonly string[]> {
  const names = text.split(',').map((name) => name.trim());
  const wrong = names.find((name) => !PACKAGE_NAME.test(name));
  return wrong === undefined
    ? { ok: true, value: names }
    : {
        ok: false,
        message: `${wrong === '' ? 'nothing' : wrong} is not the name of a Debian package, such as ruby-nokogiri`,
      };
}

/** Tells whether Debian has a package of this ruby, so that other Debian packages fit it. */
export const hasDebianPackage = (ruby: Ruby): boolean => ruby.sources.some(({ kind }) => kind === 'debian');

/** Chooses the rubies of a run that names packages and no ruby, with notes on the choice. */
export function debiansRubies(rubies: readonly Ruby[]): {
  readonly rubies: readonly Ruby[];
  readonly notes: readonly string[];
} {
  const chosen = rubies.filter(hasDebianPackage);
  const names = chosen.map(({ name }) => name).join(', ');
  return { rubies: chosen, notes: [`Debian's packages go with Debian's own rubies: ${names}.`] };
}

/** Adds packages to a ruby, which then has to be Debian's own. Null where Debian has none. */
export function withPackages(ruby: Ruby, packages: readonly string[]): Ruby | null {
  if (packages.length === 0) return ruby;
  const sources = ruby.sources
    .filter((source): source is DebianSource => source.kind === 'debian')
    .map((source) => added(source, packages));
  return sources.length === 0 ? null : { ...ruby, sources };
}

/** Adds packages to the Debian source of a ruby; its other sources stay as they are. */
const withPackagesIfDebians = (ruby: Ruby, packages: readonly string[]): Ruby => ({
  ...ruby,
  sources: ruby.sources.map((source) =>
    source.kind === 'debian' || source.kind === 'folder' ? added(source, packages) : source,
  ),
});

const added = <T extends DebianSource | FolderSource>(source: T, packages: readonly string[]): T => ({
  ...source,
  packages: orderedPackages([...(source.packages ?? []), ...packages]),
});

/** Packages that compile the C extensions of gems, which Debian's rubies lack. */
const BUILD_TOOLS = ['make', 'ruby-dev'];

/** Adds what gems are compiled with, unless a ruby's image has it anyway. */
export const withBuildTools = (ruby: Ruby): Ruby => withPackagesIfDebians(ruby, BUILD_TOOLS);

/** Adds packages to every ruby; `message` names the rubies that Debian does not have. */
export function rubiesWithPackages(
  rubies: readonly Ruby[],
  packages: readonly string[],
): Result<readonly Ruby[]> {
  const others = packages.length === 0 ? [] : rubies.filter((ruby) => !hasDebianPackage(ruby));
  if (others.length === 0)
    return { ok: true, value: rubies.flatMap((ruby) => withPackages(ruby, packages) ?? []) };
  const names = others.map(({ name }) => name);
  const shown =
    names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : names.join(', ');
  const are = names.length === 1 ? 'is none of them' : 'are none of them';
  return {
    ok: false,
    message:
      `${packages.join(', ')}: Debian's packages go with Debian's own rubies (debian: in matrix.yaml), and ${shown} ` +
      `${are}: leave those rubies out, or the packages`,
  };
}
