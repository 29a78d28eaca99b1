import { expect, test } from 'vitest';
import { PatientIndex } from '../../../../src/engine/service/archive/patient-index.ts';
import type { IndexedRun } from '../../../../src/engine/service/archive/run-index.ts';
import { StoreError } from '../../../../src/engine/ports.ts';
import { openRunIndex } from '../../../../src/store/index/run-index.ts';

const run = (id: string, finishedAt: string | null): IndexedRun =>
  ({
    summary: {
      id,
      createdAt: '2026-11-26T10:00:00Z',
      finishedAt,
      state: 'done',
      script: { name: 'a.rb' },
      sentence: null,
    },
    stamp: `stamp of ${id}`,
    bytes: 1,
    owner: 'me',
    attempts: 2,
    idempotency: { owner: 'me', key: `key of ${id}`, hash: 'h' },
    reusable: null,
    cells: [],
    text: '',
  }) as unknown as IndexedRun;
const ONE = '20261126-100000-a-000001';
const TWO = '20261126-100001-a-000002';

function onDisk() {
  const index = openRunIndex(':memory:', () => {});
  const complaints: string[] = [];
  let isFull = false;
  const guarded = {
    ...index,
    put: (one: IndexedRun) => {
      if (isFull) throw new StoreError('the disk is full');
      index.put(one);
    },
    remove: (id: string) => {
      if (isFull) throw new StoreError('the disk is full');
      index.remove(id);
    },
  };
  const patient = new PatientIndex(guarded, (reason) => complaints.push(reason));
  return { index, patient, complaints, fill: (full: boolean) => (isFull = full) };
}

test('on a full disk it knows what it cannot write, complains once, and writes it when there is room', () => {
  const { index, patient, complaints, fill } = onDisk();
  patient.put(run(ONE, '2026-11-26T10:00:05Z'));
  fill(true);
  patient.put(run(TWO, null));
  patient.remove(ONE);
  expect(complaints).toEqual(['the disk is full']);
  expect([...patient.ids()]).toEqual([TWO]);
  expect(patient.get(ONE)).toBeNull();
  expect(patient.get(TWO)).toMatchObject({ attempts: 2, finishedAt: null, stamp: `stamp of ${TWO}` });
  expect(patient.findKey('me', `key of ${ONE}`)).toBeNull();
  expect(patient.findKey('me', `key of ${TWO}`)).toEqual({ id: TWO, hash: 'h' });
  expect([...patient.finishedStamps().keys()]).toEqual([]);
  expect(patient.kept()).toEqual([]);
  expect([...index.ids()]).toEqual([ONE]);

  fill(false);
  patient.restore();
  expect([...index.ids()]).toEqual([TWO]);
});
