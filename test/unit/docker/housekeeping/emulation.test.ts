import { release } from 'node:os';
import { expect, test } from 'vitest';
import { emulatedArchs } from '../../../../src/docker/housekeeping/emulation.ts';

test('an engine on another kernel keeps its emulators to itself; Docker Desktop has both', async () => {
  expect(await emulatedArchs({ KernelVersion: '1.0.0-elsewhere', OperatingSystem: 'Debian' })).toBe(null);
  expect(await emulatedArchs({ OperatingSystem: 'Docker Desktop' })).toEqual(['amd64', 'arm64']);
});

test.skipIf(process.platform !== 'linux')('on this kernel it is known which there are, if any', async () => {
  const here = await emulatedArchs({ KernelVersion: release(), OperatingSystem: 'Debian' });
  expect(here?.every((arch) => ['amd64', 'arm64'].includes(arch))).toBe(true);
});
