import { readFile } from 'node:fs/promises';
import { type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { html } from '../../../../src/report/page/html.ts';
import { junit } from '../../../../src/report/formats/junit.ts';
import { markdown } from '../../../../src/report/formats/markdown.ts';
import { expectPlainText, tokens } from '../markdown-tokens.ts';
import { expectNoControls, expectOwnElements } from '../hostile-names.ts';
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

describe('names of loops that somebody else chose', () => {
  it('reach no format as a control character', () => {
    for (const text of expectNoControls(run)) {
      expect(text.replaceAll(/\s+/g, '')).toContain('alert(1)');
    }
  });

  it('are text in Markdown', () => {
    const all = tokens(markdown(run));
    expectPlainText(all);
    for (const token of all.filter((one): one is Tokens.Table => one.type === 'table'))
      for (const row of token.rows) expect(row).toHaveLength(token.header.length);
  });

  it('are text in HTML and XML', async () => {
    const page = html(run, []);
    expectOwnElements(page);
    const schema = await readFile(
      new URL('../../../fixtures/junit/jenkins-junit-4.xsd', import.meta.url),
      'utf8',
    );
    const contents = junit(run);
    const result = await validateXML({ xml: [{ fileName: 'junit.xml', contents }], schema: [schema] });
    expect(result.errors).toEqual([]);
  });
});
