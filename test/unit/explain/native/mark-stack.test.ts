import { expect, it } from 'vitest';
import { withoutMarkStack } from '../../../../src/explain/native/mark-stack.ts';
import { native } from '../../report/explain/findings.ts';

const chunks = native({
  script: null,
  innermost: null,
  blockBytes: 4008,
  bytesPerIteration: 8.032,
  blocksPerIteration: 6 / 3000,
});

it('leaves out what the collector keeps to mark more objects', () => {
  expect(withoutMarkStack([native(), chunks], 3000, 3000)).toEqual([native()]);
  expect(withoutMarkStack([{ ...chunks, blocksPerIteration: 2 }], 3000, 3_000_000)).toEqual([]);
});

it('keeps what a script asked for, or more than its objects explain', () => {
  const asked = native({ blockBytes: 4008 });
  const many = { ...chunks, blocksPerIteration: 1 };
  const other = { ...chunks, blockBytes: 4000 };
  expect(withoutMarkStack([asked, many, other], 3000, 3000)).toEqual([asked, many, other]);
});
