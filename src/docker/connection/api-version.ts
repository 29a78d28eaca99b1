/** The newest API version this code was written for; engines from 20.10 on speak 1.41 or later. */
const NEWEST_KNOWN = '1.44';

/**
 * Chooses the API version to use with an engine: never newer than what it supports, never older than what it
 * still accepts.
 */
export function negotiate(engineHas: string, engineTakesFrom: string | null): string {
  const wanted = compare(engineHas, NEWEST_KNOWN) < 0 ? engineHas : NEWEST_KNOWN;
  return engineTakesFrom !== null && compare(wanted, engineTakesFrom) < 0 ? engineTakesFrom : wanted;
}

function compare(left: string, right: string): number {
  const [leftMajor = 0, leftMinor = 0] = left.split('.').map(Number);
  const [rightMajor = 0, rightMinor = 0] = right.split('.').map(Number);
  return leftMajor - rightMajor || leftMinor - rightMinor;
}
