import { readFile } from 'node:fs/promises';
import { lexer, type Token, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { bugReport } from '../../../../src/report/formats/bug-report.ts';
import { csv } from '../../../../src/report/formats/csv.ts';
import { html } from '../../../../src/report/page/html.ts';
import { junit } from '../../../../src/report/formats/junit.ts';
import { markdown } from '../../../../src/report/formats/markdown.ts';
import { plainStyle } from '../../../../src/report/text/style.ts';
import { table } from '../../../../src/report/formats/table.ts';
import { record } from '../records.ts';
import { cleanLoop, leaking, openLoop, unjudged, withLoops } from './loops.ts';

/** Any test may be called like this, and any key of a table. */
const NASTY =
  '</details></pre></code><script>alert(1)</script><img src=x onerror=y> "a\' | ``` `b` *c* [d](javascript:e) ' +
  '@rails #1 \u001b[2J\u0007\u202e\u0000\r\n- x\n# y\n```\n</details>';
const named = { context: NASTY, kind: NASTY, unit: NASTY };
const run = record([
  {
    ...withLoops(
      '2.3.6',
      leaking(1, 64, 'native', 0, { ...named, message: NASTY }),
      openLoop(1, { ...named, message: NASTY }),
      { ...unjudged(1, 0, NASTY), ...named },
      cleanLoop(1, named),
    ),
    warnings: [NASTY],
  },
]);
const CONTROLS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e]/;

function tokens(text: string): readonly Token[] {
  const below = (token: Token): readonly Token[] => {
    const cells =
      token.type === 'table'
        ? [...(token as Tokens.Table).header, ...(token as Tokens.Table).rows.flat()].flatMap(
            (cell) => cell.tokens,
          )
        : [];
    const items = token.type === 'list' ? (token as Tokens.List).items : [];
    const inner = 'tokens' in token ? (token.tokens ?? []) : [];
    return [token, ...[...cells, ...items, ...inner].flatMap(below)];
  };
  return lexer(text).flatMap(below);
}

describe('names of loops that somebody else chose', () => {
  it('reach no format as a control character', () => {
    const page = { width: 100, style: plainStyle, curves: new Map() };
    for (const text of [table(run, page), markdown(run), bugReport(run), junit(run), html(run, [])]) {
      expect(text.replaceAll(/\s+/g, '')).toContain('alert(1)');
      expect(text).not.toMatch(CONTROLS);
    }
    expect(csv(run).replaceAll('\r\n', '\n')).not.toMatch(CONTROLS);
  });

  it('are text in Markdown', () => {
    const all = tokens(markdown(run));
    const ours = /^\s*(<\/?(details|summary|sub)>|<details><summary>[\w ]+<\/summary>|<!-- -->)\s*$/;
    for (const token of all.filter(({ type }) => type === 'html')) expect(token.raw).toMatch(ours);
    expect(all.filter(({ type }) => ['link', 'image', 'em'].includes(type))).toEqual([]);
    for (const token of all.filter((one): one is Tokens.Table => one.type === 'table'))
      for (const row of token.rows) expect(row).toHaveLength(token.header.length);
    const plain = all.filter((token) => token.type === 'text' && !('tokens' in token && token.tokens));
    for (const token of plain) expect(token.raw).not.toMatch(/[@#]\w/);
  });

  it('are text in HTML and XML', async () => {
    const page = html(run, []);
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page.match(/<img/g)).toBeNull();
    expect(page.match(/<\/?pre/g)!.length % 2).toBe(0);
    const schema = await readFile(
      new URL('../../../fixtures/junit/jenkins-junit-4.xsd', import.meta.url),
      'utf8',
    );
    const contents = junit(run);
    const result = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema] });
    expect(result.errors).toEqual([]);
  });
});
