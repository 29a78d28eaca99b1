import { lexer, type Tokens } from 'marked';
import { describe, expect, it } from 'vitest';
import { markdown, markdownBrief } from '../../../../src/report/formats/markdown.ts';
import { code, codeBlock, plainText } from '../../../../src/report/text/markdown-text.ts';
import { tokens } from '../markdown-tokens.ts';
import { clean, environment, failed, inconclusive, leak, RAISED, record } from '../records.ts';

const run = record([
  { ...clean('2.2.10'), environment: environment('Debian GNU/Linux 9 (stretch)', 'glibc 2.24') },
  { ...leak('2.3.6'), environment: environment('Debian GNU/Linux 9 (stretch)', 'glibc 2.24') },
  inconclusive('2.4.3'),
  RAISED,
]);

const tables = (text: string): readonly Tokens.Table[] =>
  tokens(text).filter((token): token is Tokens.Table => token.type === 'table');

describe('markdown', () => {
  it('is sentence, table, environment and how to reproduce', () => {
    expect(markdown(run)).toMatchSnapshot();
  });

  it('is read by a parser as one row per ruby and the script as it stands', () => {
    const [table, environments] = tables(markdown(run));
    expect(table!.rows.map((row) => row[0]!.text)).toEqual(['2.2.10', '2.3.6', '2.4.3', '2.4.10']);
    expect(environments!.rows.map((row) => row[0]!.text)).toEqual(['2.2.10', '2.3.6']);
    const blocks = tokens(markdown(run)).filter((token) => token.type === 'code');
    expect(blocks.map((block) => (block as Tokens.Code).text)).toContain('loop { }');
  });

  it('shows several runs under a list of their sentences', () => {
    const text = markdown(run, record([clean('2.5.9')], { script: { ...run.script, name: 'other.rb' } }));
    expect(text).toMatch(/^## 2 scripts\n\n- `repro\.rb`: 2\.3\.6 leaks .*\n- `other\.rb`: No leak: /);
    expect(tables(text)).toHaveLength(3);
  });

  it('holds nothing of a script that is more than text', () => {
    const nasty = [
      '</details><script>alert(1)</script> | x | <img src=x onerror=y> ``` ` [a](javascript:b) @rails #1',
      '```',
      '````',
      '</details>',
      '<!-- x',
    ].join('\n');
    const hostile = record(
      [failed('2.3.6', { outcome: 'script-error', line: 1, message: nasty, output: `${nasty}\u001b[31m` })],
      {
        script: { name: '`a`|b</x>@all.rb', sha256: '0', text: nasty },
        notes: ['see <b>this</b> | `x` *y* @rails #1'],
      },
    );
    for (const text of [markdown(hostile), markdownBrief(hostile)]) {
      const html = tokens(text).filter((token) => token.type === 'html');
      const ours =
        /^\s*(<\/?(details|summary)>|<details><summary>[\w ]+<\/summary>|<\/details>|<!-- -->)\s*$/;
      for (const token of html) expect(token.raw).toMatch(ours);
      expect(tokens(text).filter((token) => ['link', 'image', 'em'].includes(token.type))).toEqual([]);
      for (const table of tables(text))
        for (const row of table.rows) expect(row).toHaveLength(table.header.length);
      // Outside of code nothing is a mention or a reference.
      const plain = tokens(text).filter(
        (token) => token.type === 'text' && !('tokens' in token && token.tokens),
      );
      for (const token of plain) expect(token.raw).not.toMatch(/[@#]\w/);
    }
  });
});

describe('pieces of markdown', () => {
  it.each([
    ['a `b` c', '``a `b` c``'],
    ['`b`', '`` `b` ``'],
    ['  ', ''],
    ['a\nb\u0007', '`a b\\x07`'],
  ])('puts %j into a code span', (text, span) => {
    expect(code(text)).toBe(span);
    const [paragraph] = lexer(span || 'x') as unknown as [Tokens.Paragraph];
    if (span !== '') expect(paragraph.tokens).toMatchObject([{ type: 'codespan' }]);
  });

  it('fences a block with more than it holds', () => {
    expect(codeBlock(['a', '`````', 'b'])).toBe('``````\na\n`````\nb\n``````');
  });

  it('leaves plain words as they are', () => {
    expect(plainText('2.3.0–2.3.8 leak 64 bytes per iteration (native); 2.2.10 is clean.')).toBe(
      '2.3.0–2.3.8 leak 64 bytes per iteration (native); 2.2.10 is clean.',
    );
  });
});
