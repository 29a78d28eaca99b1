// Everything a terminal could take for a command, or that makes text look like other text: C0 and C1 controls,
// line and paragraph separators, bidirectional marks and overrides, zero-width marks.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Makes one line of text that a terminal shows as it is: control characters are written out (`\e`, `\x07`),
 * breaks become spaces.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(/\r?\n/g, ' ').replace(/\t/g, '  ').replace(UNSAFE, written);
}

/** Splits text into lines, each made printable; a carriage return starts a new line, as it appears to. */
export function printableLines(text: string): readonly string[] {
  return text
    .replace(/(\r?\n|\r)+$/, '')
    .split(/\r?\n|\r/)
    .map(printable);
}

/** Escapes control and bidirectional characters in JSON text, which still parses to the same value. */
export function printableJson(json: string): string {
  return json.replace(UNSAFE, (char) => (char === '\n' ? char : unicodeEscape(char)));
}

function written(char: string): string {
  if (char === '\u001b') return '\\e';
  const code = char.codePointAt(0) ?? 0;
  return code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : unicodeEscape(char);
}

function unicodeEscape(char: string): string {
  return `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`;
}
