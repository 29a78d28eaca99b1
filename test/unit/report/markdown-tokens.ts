import { lexer, type Token, type Tokens } from 'marked';
import { expect } from 'vitest';

/** Lists every token of a text, nested ones too. */
export function tokens(text: string): readonly Token[] {
  const below = (token: Token): readonly Token[] => {
    const table = token.type === 'table' ? (token as Tokens.Table) : null;
    const cells =
      table === null ? [] : [...table.header, ...table.rows.flat()].flatMap((cell) => cell.tokens);
    const items = token.type === 'list' ? (token as Tokens.List).items : [];
    const inner = 'tokens' in token ? (token.tokens ?? []) : [];
    return [token, ...[...cells, ...items, ...inner].flatMap(below)];
  };
  return lexer(text).flatMap(below);
}

/** The only HTML that the reports write themselves. */
const OURS = /^\s*(<\/?(details|summary|sub)>|<details><summary>[\w ]+<\/summary>|<!-- -->)\s*$/;

/** Fails where a text from outside became HTML, a link, an image, emphasis or a mention. */
export function expectPlainText(all: readonly Token[]): void {
  for (const token of all.filter(({ type }) => type === 'html')) expect(token.raw).toMatch(OURS);
  expect(all.filter(({ type }) => ['link', 'image', 'em'].includes(type))).toEqual([]);
  const plain = all.filter((token) => token.type === 'text' && !('tokens' in token && token.tokens));
  for (const token of plain) expect(token.raw).not.toMatch(/[@#]\w/);
}
