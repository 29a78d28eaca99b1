import { lexer, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { bugReport } from '../../../../src/report/formats/bug-report.ts';
import { html } from '../../../../src/report/page/html.ts';
import { markdown } from '../../../../src/report/formats/markdown.ts';
import { expectPlainText, tokens } from '../markdown-tokens.ts';
import { expectNoControls, expectOwnElements } from '../hostile-names.ts';
import { record } from '../records.ts';
import { compared, explained, frames, native, objects, place } from './findings.ts';

/** Any program may call its classes, functions and files like this. */
const NASTY =
  '</details></pre><script>alert(1)</script><img src=x onerror=y> "a\' | ``` `b` *c* [d](javascript:e) @rails #1 ' +
  '\u001b[2J\u0007\u202e\u0000\r\n- x\n# y\n```\n</details>';

const at = place(NASTY, 3, NASTY);
const stack = frames('rb_x').map((frame) => ({
  ...frame,
  function: NASTY,
  library: NASTY,
  source: { file: NASTY, line: 1 },
}));
const held = [{ label: NASTY, className: NASTY }];
const line = { script: at, innermost: { ...at, line: 4 } };
const run = record([
  explained(
    '2.3.6',
    [
      native({ ...line, stack }),
      objects({ ...line, className: NASTY, path: held, buffers: [native({ stack })] }),
      {
        kind: 'mapping',
        what: NASTY,
        bytesPerIteration: 1,
        reservedPerIteration: 1,
        mappingsPerIteration: 0,
      },
    ],
    { notes: [NASTY] },
  ),
  compared('2.4.10', [{ ...line, stack, allocations: 5000, frees: 5000 }]),
]);

describe('names that somebody else chose', () => {
  it('reach no format as a control character', () => {
    for (const text of expectNoControls(run)) {
      expect(text).toContain('alert(1)');
      expect(text).toContain(String.raw`\e[2J\x07`);
    }
  });

  it('are text in Markdown', () => {
    const all = tokens(markdown(run));
    expectPlainText(all);
    const headings = all
      .filter(({ type }) => type === 'heading')
      .map((token) => (token as Tokens.Heading).text);
    expect(headings).toEqual(['Leak test of `repro.rb`', 'What leaks']);
    const list = all.find(({ type }) => type === 'list') as Tokens.List;
    expect(list.items).toHaveLength(3);
  });

  it('are text in a bug report: nothing closes its blocks', () => {
    const types = lexer(bugReport(run)).map((token) => token.type);
    expect(types).not.toContain('html');
    expect(types).not.toContain('list');
    const headings = lexer(bugReport(run)).filter((token) => token.type === 'heading');
    expect(headings.map((token) => (token as Tokens.Heading).text)).toEqual([
      'What happens',
      'Script',
      'Result',
      'What leaks',
      'How it was measured',
    ]);
  });

  it('are text in HTML, in attributes too', () => {
    const page = html(run, []);
    expectOwnElements(page);
    expect([...page.matchAll(/aria-label="C stack on ([^"]*)"/g)].map(([, name]) => name)).toEqual(['2.3.6']);
  });
});
