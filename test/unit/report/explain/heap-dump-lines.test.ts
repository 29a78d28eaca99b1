import { expect, it } from 'vitest';
import { heapDumpLines } from '../../../../src/report/explain/heap-dump-lines.ts';
import { clean, record } from '../records.ts';
import { explained, native, objects } from './findings.ts';

it('says how to look into the dumps, and where there are none', () => {
  const run = record([clean('3.0.6'), explained('3.1.2', [native()]), explained('3.3.8', [objects()])]);
  const paths = [1, 2, 3].map((mark) => `my dumps/3.3.8-${mark}.jsonl`);
  expect(heapDumpLines(run, new Map([['3.3.8', paths]]))).toEqual([
    'no heap dumps of 3.1.2: what leaks there are no Ruby objects',
    "heap dumps of 3.3.8: sheap 'my dumps/3.3.8-1.jsonl' 'my dumps/3.3.8-3.jsonl'",
  ]);
  expect(heapDumpLines(run, new Map())[1]).toBe('no heap dumps of 3.3.8: they could not be taken');
  expect(heapDumpLines(record([clean('3.0.6')]), new Map())).toEqual([
    'no leak was explained, so there are no heap dumps',
  ]);
});
