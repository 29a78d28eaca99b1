import type { InstallFailure } from './installer-frames.ts';

/** Shortens Bundler's message to the part that helps: its reasons are pages long. */
export function describeBundlerError(
  { text, log, similar }: Omit<InstallFailure, 'kind'>,
  host: string,
): readonly [what: string, remedy?: string] {
  const reason = text
    .replaceAll('\0', '')
    .replace(/^\[!\] There was an error parsing `matrix-cell\.gemfile`:\s*(?=\[!\])/, '')
    .replaceAll(/http:\/\/127\.0\.0\.1:\d+/g, host);
  const whole = `${reason}\n${log}`;
  return (
    compiling(whole) ?? ruby(reason) ?? missing(reason, similar) ?? firstLines(reason === '' ? log : reason)
  );
}

function missing(reason: string, similar: readonly string[]): readonly [string, string] | null {
  const found =
    /Could not find gem '([^' ]+)(?: \(([^)]*)\))?[^']*'|Could not find (\S+?)-(\d[\w.]*) in/.exec(reason);
  const name = found?.[1] ?? found?.[3];
  if (name === undefined) return null;
  const listed = /' at: ([\w., ]+)/.exec(reason)?.[1]?.match(/\d[\w.]*/g) ?? [];
  const starred = [...reason.matchAll(/\* (\S+?)-(\d[\w.]*)/g)].flatMap(([, gem, version]) =>
    gem === name && version !== undefined ? [version] : [],
  );
  const versions = [...listed, ...starred];
  if (versions.length > 0) {
    const wanted = (found?.[2] ?? found?.[4] ?? '').replace(/^= /, '');
    return [`there is no ${name} ${wanted}`.trim(), `there are ${name} ${newest(versions)}`];
  }
  const meant =
    similar.length === 0 ? 'check its spelling' : `did you mean ${similar.slice(0, 3).join(', ')}?`;
  return [`there is no gem ${name}`, meant];
}

const MOST_VERSIONS = 12;

function newest(versions: readonly string[]): string {
  const all = [...new Set(versions)];
  return all.length > MOST_VERSIONS
    ? `${all.slice(-MOST_VERSIONS).join(', ')} and ${all.length - MOST_VERSIONS} more`
    : all.join(', ');
}

/** Finds a gem that needs another Ruby; the text differs with each Bundler. */
function ruby(reason: string): readonly [string, string] | null {
  const flat = reason.replaceAll(/\s+/g, ' ');
  const found =
    /(\S+) was resolved to (\S+), which depends on [Rr]uby ?\(([^)]*)\)/.exec(flat) ??
    /(\S+?)-(\d[\w.]*) requires [Rr]uby version ([^,]+),/.exec(flat) ??
    /(\S+) (?:(?:>=|=) )?(\d[\w.]*)? ?depends on [Rr]uby ([<>=~ \d.]+\d)/.exec(flat);
  if (found === null) return null;
  const [, name = '', version, wanted = ''] = found;
  const gem = [name, version === '0' ? '' : (version ?? '')].filter(Boolean).join(' ');
  return [`${gem} needs Ruby ${wanted}`, `an older version may run on this one: --gem ${name}=VERSION`];
}

function compiling(whole: string): readonly [string, string] | null {
  if (!/Failed to build gem native extension/.test(whole)) return null;
  const failed = /(?:error occurred while installing|Building) (\S+) \(([^)]*)\)/.exec(whole);
  const path = /\/gems\/([^/\s]+)-(\d[\w.]*)\//.exec(whole);
  const gem = failed ?? path;
  const name = gem === null ? 'a gem' : `${gem[1]} ${gem[2]}`;
  return [`${name} cannot be compiled on this ruby`, compilerError(whole)];
}

/** Finds the line with the reason: of the compiler, of mkmf, or of a missing program. */
function compilerError(whole: string): string {
  const lines = whole.split('\n').map((line) => line.trim());
  if (/header files for ruby/.test(whole))
    return "Ruby's header files are not in its image: one that has them can be named under image: in matrix.yaml";
  const tool =
    /No such file or directory - (make|gcc|cc|g\+\+)\b/.exec(whole) ??
    /\b(make|gcc|g\+\+): (?:command )?not found/.exec(whole);
  if (tool !== null)
    return `${tool[1]} is not in the image of this ruby (Debian's rubies: --debian-package ${tool[1]})`;
  return (
    lines.find((line) => /\b(?:fatal )?error: /.test(line)) ??
    lines.find((line) => /(?:is missing|not found|can't find|cannot find|\.\.\. no)\b/.test(line)) ??
    lines.find((line) => /\*\*\* |Error/.test(line)) ??
    'the compiler did not say why'
  );
}

function firstLines(text: string): readonly [string, string?] {
  const lines = text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]));
  return [lines[0] ?? 'Bundler ended without output', ...lines.slice(1, 2)] as [string, string?];
}
