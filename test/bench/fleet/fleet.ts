import { deadEngine } from './dead-engine.ts';
import { faults, killedWorkers, type Row } from './faults.ts';
import { load } from './load.ts';
import { paired } from './paired.ts';
import { soak } from './soak.ts';

/**
 * Runs a fleet of workers with simulated engines through faults and load, and prints the outcomes; false where one
 * was wrong. Needs redis-server; an engine for the last two rows only.
 */
export async function fleetBench(only: string | null): Promise<boolean> {
  const all: readonly Row[] = [killedWorkers(50), ...faults, ...load, soak, deadEngine, paired];
  console.log('| what was done | what happened | right | seconds |\n|---|---|---|---:|');
  let right = true;
  for (const row of all.filter(({ name }) => only === null || name.includes(only))) {
    const began = performance.now();
    const [happened, isRight] = await row.run().then(
      (text) => [text, true] as const,
      (error: unknown) => [String(error).replaceAll('\n', ' ').slice(0, 600), false] as const,
    );
    right &&= isRight;
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    console.log(`| ${row.name} | ${happened} | ${isRight ? 'yes' : 'NO'} | ${seconds} |`);
  }
  return right;
}
