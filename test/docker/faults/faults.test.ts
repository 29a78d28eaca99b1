import { expect, test } from 'vitest';
import { clockFault } from './clock-fault.ts';
import { diskFaults } from './disk-faults.ts';
import { engineFaults } from './engine-faults.ts';
import { folderFaults } from './folder-faults.ts';
import { kills } from './kills.ts';

/** What takes minutes, or needs a mirror of Debian, is left to `npm run bench -- faults`. */
const LEFT_OUT = ['while a base is made', 'frozen', 'restarted', 'while a cell is stored'];

const faults = [kills(4, 1), ...engineFaults, ...diskFaults, clockFault, ...folderFaults].filter(
  ({ name }) => !LEFT_OUT.some((part) => name.includes(part)),
);

test.for(faults)('$name', { timeout: 400_000 }, async ({ run }, { skip }) => {
  const outcome = await run();
  if (typeof outcome !== 'string') skip(outcome.skipped);
  expect(outcome).not.toBe('');
});
