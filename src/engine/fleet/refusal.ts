import type { Introduction } from '../../protocol/schemas/fleet-schema.ts';

/** Most seconds between the clocks of a worker and of the service. */
export const MOST_CLOCK_SECONDS = 5;

/** Calculates the seconds that a worker's clock is ahead of the service's; below zero: behind. */
export const secondsAhead = (clock: string, now: string): number =>
  (Date.parse(clock) - Date.parse(now)) / 1000;

/**
 * Refuses a worker that would measure something else than the service means, or tells other times; null: it is
 * accepted.
 * @param parts hashes of the parts that decide an answer, as the service has them
 * @param now date and time of the service's clock
 */
export function refusalOf(
  { version, parts: theirs, clock, name, arch, labels }: Introduction,
  parts: Readonly<Record<string, string>>,
  now: string,
): string | null {
  const differ = Object.keys({ ...parts, ...theirs }).filter((part) => parts[part] !== theirs[part]);
  if (differ.length > 0) {
    return (
      `the worker ${name} (version ${version}) measures with other parts than the service: ${differ.join(', ')}. ` +
      'Install the same version on both'
    );
  }
  const seconds = secondsAhead(clock, now);
  if (Math.abs(seconds) > MOST_CLOCK_SECONDS) {
    const ahead = seconds > 0 ? 'ahead of' : 'behind';
    return `the clock of the worker ${name} is ${Math.abs(seconds).toFixed(0)} s ${ahead} the service’s: set both, with NTP say`;
  }
  if (labels['arch'] !== undefined && labels['arch'] !== arch)
    return `the worker ${name} has the label arch=${labels['arch']}, but its engine runs ${arch}`;
  return null;
}
