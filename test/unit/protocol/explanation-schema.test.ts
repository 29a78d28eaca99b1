import { expect, test } from 'vitest';
import { cellId } from '../../../src/domain/cell/cell-id.ts';
import type { Explanation, Finding } from '../../../src/domain/leak/explanation.ts';
import { explanationSchema } from '../../../src/protocol/schemas/explanation-schema.ts';
import { encodeRunRecord, runRecordSchema } from '../../../src/protocol/schemas/record-schema.ts';
import {
  compared,
  explained,
  explanation,
  madeStrings,
  mapping,
  native,
  objects,
  place,
} from '../report/explain/findings.ts';
import { leak, record } from '../report/records.ts';

const EVERYTHING: readonly Finding[] = [
  native({
    stack: [{ ...native().stack[0]!, function: null, source: { file: 'string.c', line: 80 }, inlined: true }],
  }),
  native({ script: null, innermost: null, blockBytes: null, grows: true, bytesPerIteration: -0.01 }),
  objects({ path: [{ label: null, className: null }], buffers: [native()], innermost: place('(eval)', 0) }),
  mapping(),
];

const readBack = (text: string): unknown => runRecordSchema.parse(JSON.parse(text));

test('a run with explanations reads back as it was written', () => {
  const run = record([
    explained('2.3.6', EVERYTHING, { notes: ['no debug information'], slowdown: null, accountedFor: null }),
    compared('2.4.10', [{ allocations: 5000, frees: 4999, script: null, innermost: null }]),
    explained('2.5.0', [objects()], madeStrings(3000)),
    compared('2.5.9', [], 1000, { ...madeStrings(0), comparedWith: [cellId('2.5.0')] }),
  ]);
  expect(readBack(encodeRunRecord(run))).toEqual(run);
});

test('a run that was stored before leaks could be named reads as one without names', () => {
  const run = record([leak('2.3.6')]);
  const old = structuredClone(run) as unknown as {
    options: Record<string, unknown>;
    cells: Record<string, unknown>[];
  };
  delete old.options['explain'];
  for (const cell of old.cells) delete cell['explanation'];
  expect(readBack(JSON.stringify(old))).toEqual(run);
});

test.each<readonly [string, Partial<Record<keyof Explanation, unknown>>]>([
  ['role', { role: 'guess' }],
  ['findings', { findings: [{ ...native(), kind: 'thing' }] }],
  ['findings', { findings: [{ ...native(), stack: undefined }] }],
  ['comparisons', { comparisons: [{ allocations: 1 }] }],
  ['measured', { measured: { perIteration: 1, low: 0, high: 2, unit: 'pages' } }],
  ['accountedFor', { accountedFor: Infinity }],
  ['oneInBlocks', { oneInBlocks: 0 }],
  ['seconds', { seconds: -1 }],
])('what is no explanation is refused for its %s', (field, change) => {
  const read = explanationSchema.safeParse({ ...explanation([native()]), ...change });
  expect(read.error?.issues[0]?.path[0]).toBe(field);
});
