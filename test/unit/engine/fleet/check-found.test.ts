import { expect, test } from 'vitest';
import { withHost } from '../../../../src/engine/fleet/check-found.ts';
import type { HandOut } from '../../../../src/engine/fleet/hand-out.ts';
import type { Found, Work } from '../../../../src/engine/fleet/ports.ts';
import type { Member } from '../../../../src/engine/fleet/roster.ts';
import { nameOf } from '../../../../src/domain/cell/configuration.ts';
import type { Host } from '../../../../src/domain/measurement/outcome.ts';
import { queuedCell } from '../../../../src/engine/measure/cell-record.ts';
import { unexplained } from '../../../../src/engine/explain/unexplained.ts';
import { MATRIX } from '../../cli/deps.ts';
import { aJob } from '../measure/a-job.ts';

const here: Host = { name: 'here', processor: 'x', kernel: '6.1' };
const there: Host = { name: 'there', processor: 'y', kernel: '6.6' };
const job = aJob(MATRIX.rubies[0]!);
const measuredOn = (host: Host | null) => ({ ...queuedCell(nameOf(job.configuration)), host });
const by = (work: Work, found: Found): Found =>
  withHost(found, { work } as HandOut, { host: here, arch: 'amd64' } as Member);

test.each([
  [there, here],
  [here, null],
  [null, null],
])('an explanation of a cell that was measured on %j says that it comes from %j', (measured, expected) => {
  const cell = measuredOn(measured);
  const work: Work = {
    kind: 'explain',
    job: { cell: job, role: 'leak', measured: cell, subject: [], leaks: [] },
  };
  // Even where the worker says otherwise.
  const explanation = { ...unexplained('leak'), host: there };
  expect(by(work, { kind: 'explain', explanation })).toMatchObject({ explanation: { host: expected } });
});

test('of a comparison, every cell that was measured elsewhere says where its containers ran', () => {
  const cell = measuredOn(there);
  const work: Work = { kind: 'repeat', job: { cells: [{ job, measured: cell }], sideBySide: 1 } };
  const repeats = [[cell.id, { loop: { line: 1, kind: '', context: null }, measured: [] }]] as const;
  expect(by(work, { kind: 'repeat', repeats })).toMatchObject({ repeats: [[cell.id, { host: here }]] });
});
