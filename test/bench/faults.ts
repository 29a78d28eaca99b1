import { clockFault } from '../docker/faults/clock-fault.ts';
import { diskFaults } from '../docker/faults/disk-faults.ts';
import { engineFaults } from '../docker/faults/engine-faults.ts';
import type { Fault } from '../docker/faults/fault.ts';
import { folderFaults } from '../docker/faults/folder-faults.ts';
import { kills } from '../docker/faults/kills.ts';

const SEED = 20_261_126;

/**
 * Runs a service through faults that happen to services, and prints the outcomes; false where one was wrong.
 */
export async function faultsBench(only: string | null): Promise<boolean> {
  const all: readonly Fault[] = [
    ...engineFaults,
    ...diskFaults,
    clockFault,
    ...folderFaults,
    kills(50, SEED),
  ];
  console.log('| what was done | what happened | right | seconds |\n|---|---|---|---|');
  let right = true;
  for (const fault of all.filter(({ name }) => only === null || name.includes(only))) {
    const began = performance.now();
    const [happened, word] = await outcomeOf(fault);
    right &&= word !== 'NO';
    console.log(
      `| ${fault.name} | ${happened} | ${word} | ${((performance.now() - began) / 1000).toFixed(0)} |`,
    );
  }
  return right;
}

async function outcomeOf(fault: Fault): Promise<readonly [string, 'yes' | 'NO' | 'not here']> {
  try {
    const outcome = await fault.run();
    return typeof outcome === 'string' ? [outcome, 'yes'] : [outcome.skipped, 'not here'];
  } catch (error) {
    return [String(error).replaceAll('\n', ' ').slice(0, 600), 'NO'];
  }
}
