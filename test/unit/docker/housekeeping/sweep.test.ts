import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import { isLeftOver } from '../../../../src/docker/housekeeping/sweep.ts';
import { processStart, thisInstance } from '../../../../src/docker/identity.ts';
import { containerLabels, ownerOf } from '../../../../src/docker/labels.ts';

const HOUR = 3_600_000;
const self = await thisInstance();

test('an owner survives the way through labels, beside the labels of the run', () => {
  const labels = containerLabels(self, { run: 'r1', ruby: '2.3.6' });
  expect(labels).toMatchObject({
    'matrix.run': 'r1',
    'matrix.ruby': '2.3.6',
    'matrix.project': 'matrix-leak',
  });
  expect(ownerOf(labels)).toEqual(self);
  expect(ownerOf({ 'matrix.project': 'matrix-leak' })).toBeNull();
});

test('what belongs to a living process is left alone', async () => {
  expect(await isLeftOver(self, self, 100 * HOUR)).toBe(false);
  expect(await isLeftOver({ ...self, id: 'another in this process' }, self, HOUR)).toBe(false);
});

test('what belongs to a process that has ended goes, also when its id was given to another', async () => {
  const child = spawn('sleep', ['60']);
  const pid = child.pid ?? 0;
  const owner = { ...self, id: 'other', pid, pidStart: (await processStart(pid)) ?? '' };
  expect(await isLeftOver(owner, self, 0)).toBe(false);
  expect(await isLeftOver({ ...owner, pidStart: '1' }, self, 0)).toBe(true);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('exit', resolve));
  expect(await isLeftOver(owner, self, 0)).toBe(true);
});

test('before a reboot is gone; on another machine or in another namespace only age tells', async () => {
  const other = { ...self, id: 'other', pid: 999_999_999 };
  expect(await isLeftOver({ ...other, boot: 'earlier' }, self, 0)).toBe(true);
  for (const owner of [{ ...other, machine: 'elsewhere' }, { ...other, pidNamespace: 'pid:[1]' }, null]) {
    expect(await isLeftOver(owner, self, HOUR)).toBe(false);
    expect(await isLeftOver(owner, self, 4 * HOUR)).toBe(true);
  }
});

test('this process is the same one whenever it is asked', async () => {
  expect(await thisInstance()).toEqual(await thisInstance());
});
