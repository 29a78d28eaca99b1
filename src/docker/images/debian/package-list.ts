import type { DebianPackage } from '../../../domain/ruby/debian-packages.ts';

/** Formats packages as a label: `ruby-nokogiri=1.13.10+dfsg-2+b1 ruby-oj=3.14.2-1`. */
export const packagesLabel = (packages: readonly DebianPackage[]): string =>
  packages.map(({ name, version }) => `${name}=${version}`).join(' ');

/** Reads packages from a label; none where there is none. */
export const packagesIn = (label: string | undefined): readonly DebianPackage[] =>
  (label ?? '')
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => {
      const [name = '', version = ''] = word.split('=');
      return { name, version };
    });

/** Tells whether an image with this label has exactly the requested packages. */
export function holdsPackages(label: string | undefined, asked: readonly string[] = []): boolean {
  const names = packagesIn(label).map(({ name }) => name);
  return names.length === asked.length && names.every((name) => asked.includes(name));
}
