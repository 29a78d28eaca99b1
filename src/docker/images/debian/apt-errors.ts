import type { CommandEnd } from '../../run/run-to-end.ts';

const UNREACHABLE =
  /Temporary failure resolving|Could not (?:resolve|connect)|Failed to fetch|Unable to connect|Connection (?:refused|timed out|failed)/i;

/** Explains why packages could not be installed, and what to do now. */
export function describeAptError(
  { exitCode, stdout, stderr }: CommandEnd,
  suite: string,
  packages: readonly string[],
): string {
  const names = packages.join(', ');
  if (exitCode === null) return `installing ${names} took too long, and was ended: run this again`;
  // Checked first: without its lists apt only reports that it knows no package.
  const unreached = stderr.split('\n').find((line) => UNREACHABLE.test(line));
  if (unreached !== undefined) {
    const reason = unreached.replace(/^[EW]: /, '').slice(0, 300);
    return `Debian's packages cannot be reached from the engine (${reason}): run this again when they can`;
  }
  const missing = [
    ...stderr.matchAll(/^E: (?:Unable to locate package (\S+)|Package '([^']+)' has no installation)/gm),
  ];
  if (missing.length > 0) {
    const which = missing.map(([, one, other]) => one ?? other).join(', ');
    return `Debian ${suite} has no package ${which}: check its name (packages.debian.org/${suite}/NAME)`;
  }
  if (/No space left/i.test(stderr + stdout)) {
    return `no room on the disk of the engine for ${names}: docker system df shows what takes it`;
  }
  return `${names} could not be installed: ${lastError(stderr)}`;
}

/** Picks the errors that apt prints last, or the last line. */
function lastError(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => line.startsWith('E: '));
  return (errors.length > 0 ? errors : lines).slice(-3).join(' | ').slice(-600);
}
