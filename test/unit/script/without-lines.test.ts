import { describe, expect, it } from 'vitest';
import { optionsIn, readMagicComments } from '../../../src/script/magic-comments.ts';
import { markedLines, withoutLines } from '../../../src/script/without-lines.ts';

const SCRIPT = ['a = []', '# a comment', '10.times do', '  a << 1 # matrix: without', '  b', 'end', ''].join(
  '\n',
);

describe('lines that are taken out', () => {
  it('leave the others their numbers', () => {
    expect(withoutLines(SCRIPT, [4])).toEqual({
      ok: true,
      value: ['a = []', '# a comment', '10.times do', '', '  b', 'end', ''].join('\n'),
    });
  });

  it('have to be there, and to hold code', () => {
    expect(withoutLines(SCRIPT, [7])).toMatchObject({
      ok: false,
      message: expect.stringContaining('has 6 lines'),
    });
    expect(withoutLines(SCRIPT, [2])).toMatchObject({
      ok: false,
      message: expect.stringContaining('no code'),
    });
    expect(withoutLines(SCRIPT, [2, 5]).ok).toBe(true);
  });
});

describe('marks', () => {
  it('are behind code, in front of __END__', () => {
    const text = `${SCRIPT}x #matrix:without\r\n# matrix: without 3\nputs '# matrix: without'\n__END__\ny # matrix: without\n`;
    expect(markedLines(text)).toEqual([4, 7]);
  });

  it('are found in lines of any length', () => {
    const text = `${'['.repeat(250_000)} # # matrix: with\n${' #'.repeat(100_000)}\nx # # matrix: without\n`;
    expect(markedLines(text)).toEqual([3]);
  });

  it('are one variant together; each comment is one of its own', () => {
    const said = readMagicComments(`${SCRIPT}x # matrix: without\n# matrix: without 1,3..6\n`);
    expect(said.ok && optionsIn(said.value)).toEqual({ without: ['4,7', '1,3..6'] });
  });

  it('that are alone need a value, and a value has to be lines', () => {
    expect(readMagicComments('# matrix: without\nx\n')).toMatchObject({ ok: false, line: 1 });
    expect(readMagicComments('# matrix: without b\nx\n')).toMatchObject({
      ok: false,
      message: expect.stringContaining('b is not a line'),
    });
  });
});
