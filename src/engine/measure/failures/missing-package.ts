const NO_FILE = /(?:cannot load such file|no such file to load) -- (.*)/;
/** Messages of Bundler and RubyGems for a missing gem. */
const NO_GEM = /Could not find (?:gem )?'?([\w-]+)|can't find gem ([\w-]+)/;

const LOADS_GEM =
  /^(?:LoadError|Gem::\w*(?:Load|Spec|Fetch|NotFound)\w*|Bundler::|Errno::E(?:ROFS|ACCES)\b.*(?:bundler|\/gems\/))/;

/** Tells whether a script ended because a gem, or a file of one, is missing. */
export const isMissingGem = (message: string): boolean => LOADS_GEM.test(message);

/** Reads the file or gem that a script failed to load; empty for any other error. */
export function missingFeature(message: string): string {
  const [line = ''] = message.split('\n');
  return (NO_FILE.exec(line)?.[1] ?? '').trim();
}

/**
 * Finds the available Debian package for what a script failed to load, by its name; null where there is none.
 * `active_support/all` is in ruby-activesupport, `rack/test` in ruby-rack-test, `puma` in puma.
 */
export function packageFor(message: string, packages: ReadonlySet<string>): string | null {
  const feature = missingFeature(message) || (NO_GEM.exec(message)?.slice(1).find(Boolean) ?? '');
  if (!/^[\w-]+(?:\/[\w.-]+)*$/.test(feature)) return null;
  const parts = feature
    .replace(/\.(?:rb|so)$/, '')
    .toLowerCase()
    .split('/');
  for (let end = parts.length; end > 0; end--) {
    const name = parts.slice(0, end).join('-');
    const spelled = [name.replaceAll('_', '-'), name.replaceAll('_', '')];
    const found = spelled.flatMap((one) => [`ruby-${one}`, one]).find((one) => packages.has(one));
    if (found !== undefined) return found;
  }
  return null;
}
