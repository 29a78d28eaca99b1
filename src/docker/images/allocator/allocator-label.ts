import type { DebianPackage } from '../../../domain/ruby/debian-packages.ts';
import { packagesIn, packagesLabel } from '../debian/package-list.ts';

/** Allocator that was added to an image; null where none was. */
export interface AddedAllocator {
  readonly name: string | null;
  /** Its package; none where the image had the library already. */
  readonly packages: readonly DebianPackage[];
}

/** Formats an added allocator as a label: `jemalloc libjemalloc2=5.3.0-1`. */
export const allocatorLabel = (name: string, packages: readonly DebianPackage[]): string =>
  [name, packagesLabel(packages)].join(' ').trimEnd();

/** Reads the label of an added allocator. */
export function allocatorIn(label: string | undefined): AddedAllocator {
  const [name = '', ...packages] = (label ?? '').split(' ');
  return { name: name === '' ? null : name, packages: packagesIn(packages.join(' ')) };
}
