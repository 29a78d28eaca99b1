import { describe, expect, test } from 'vitest';
import { createParser } from '../../../src/prism/parser.ts';
import { prepareScript, type PreparedScript } from '../../../src/script/prepare.ts';
import { preludeCalls, shapeOf } from './same-tree.ts';
import { NASTY } from './nasty.ts';
import { POSTED } from './posted.ts';
import type { Shape } from './shapes.ts';

const parse = await createParser();

function prepared(text: string): PreparedScript {
  const preparation = prepareScript({ text, loopLine: null }, parse);
  if (!preparation.ok) throw new Error(preparation.message);
  return preparation.value;
}

describe.each([
  ['as posted', POSTED],
  ['nasty', NASTY],
])('%s', (_group, shapes: readonly Shape[]) => {
  test.each(shapes.map((shape) => [shape.name, shape] as const))(
    '%s',
    (_name, { text, line, unitLine, kinds }) => {
      const before = parse(text);
      expect(before.errors).toEqual([]);
      const script = prepared(text);
      const after = parse(script.text);
      expect(after.errors).toEqual([]);
      expect(script.loop).toMatchObject({ line, unitLine, kinds });
      expect(script.loops.map((loop) => loop.line)).toEqual(
        script.loops.map((loop) => loop.line).sort((a, b) => a - b),
      );
      const isBody = kinds[0] === 'body';
      if (!isBody) expect(script.text.split('\n').length).toBe(text.split('\n').length);
      // Each loop is handed over under its own number, all of them.
      const numbers = new Set(preludeCalls(after.root).map((call) => Number(call.split(' ')[1])));
      expect([...numbers].sort((a, b) => a - b)).toEqual(script.loops.map((_, index) => index));
      // But for those calls it means what it meant.
      if (!isBody) expect(shapeOf(after.root)).toEqual(shapeOf(before.root));
      expect(tail(script.text, after.data?.startOffset)).toBe(tail(text, before.data?.startOffset));
    },
  );
});

/** Reads what DATA contains. */
const tail = (text: string, from: number | undefined): string =>
  from === undefined ? '' : new TextDecoder().decode(new TextEncoder().encode(text).subarray(from));

test.each([...POSTED, ...NASTY].map(({ name, text }) => [name, text] as const))(
  'every line keeps its number: %s',
  (_name, text) => {
    const lines = prepared(text).text.split('\n');
    // A body that is repeated as a whole gets its end on two lines of its own.
    const more = prepared(text).loop?.kinds[0] === 'body' ? 2 : 0;
    expect(lines).toHaveLength(text.split('\n').length + more);
    // What a line says is still on it: its last word, untouched by the edits at its start.
    text.split('\n').forEach((line, i) => {
      const word = /[A-Za-z_]\w*[^\w]*$/.exec(line.trimEnd())?.[0] ?? '';
      if (!/times|upto|step|loop|each/.test(word)) expect(lines[i]).toContain(word.replace(/[^\w]+$/, ''));
    });
  },
);
