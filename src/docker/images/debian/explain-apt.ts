import type { Ended } from '../../run/run-to-end.ts';

/** Why packages could not be installed, and what to do now. */
export function explainApt(
  { exitCode, stdout, stderr }: Ended,
  suite: string,
  packages: readonly string[],
): string {
  const names = packages.join(', ');
  if (exitCode === null) return `installing ${names} took too long, and was ended: run this again`;
  const missing = [
    ...stderr.matchAll(/^E: (?:Unable to locate package (\S+)|Package '([^']+)' has no installation)/gm),
  ];
  if (missing.length > 0) {
    const which = missing.map(([, one, other]) => one ?? other).join(', ');
    return `Debian ${suite} has no package ${which}: look its name up (packages.debian.org/${suite}/NAME)`;
  }
  if (
    /Temporary failure|Could not resolve|Could not connect|Failed to fetch|Unable to connect/i.test(stderr)
  ) {
    return `Debian's packages cannot be reached from the engine (${lastError(stderr)}): run this again when they can`;
  }
  if (/No space left/i.test(stderr + stdout)) {
    return `no room on the disk of the engine for ${names}: docker system df shows what takes it`;
  }
  return `${names} could not be installed: ${lastError(stderr)}`;
}

/** The errors that apt prints last, or whatever came last. */
function lastError(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const errors = lines.filter((line) => line.startsWith('E: '));
  return (errors.length > 0 ? errors : lines).slice(-3).join(' | ').slice(-600);
}
