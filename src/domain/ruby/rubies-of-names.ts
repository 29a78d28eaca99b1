import type { Ruby } from './ruby.ts';
import { parseVersion } from './version.ts';

/** Names as a run lists them, so that selectors can be read against them; entries without a release are left out. */
export function rubiesOfNames(listed: readonly string[]): readonly Ruby[] {
  return listed.flatMap((name) => {
    const version = parseVersion(name.split('/').at(-1) ?? '');
    return version === null ? [] : [{ name, version, sources: [] }];
  });
}
