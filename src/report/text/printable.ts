// Everything a terminal could take for a command, or that makes text look like other text: C0 and C1 controls,
// line and paragraph separators, bidirectional marks and overrides, zero-width marks.
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/**
 * Returns one line of text that a terminal shows as it is: controls are written out (`\e`, `\x07`), breaks become
 * spaces.
 */
export function printable(text: string): string {
  return text.toWellFormed().replace(/\r?\n/g, ' ').replace(/\t/g, '  ').replace(UNSAFE, written);
}

/** Returns lines of text, each made printable; a carriage return starts a new line, as it does to the eye. */
export function printableLines(text: string): readonly string[] {
  return text
    .replace(/(\r?\n|\r)+$/, '')
    .split(/\r?\n|\r/)
    .map(printable);
}

/** JSON text whose strings carry no control or bidirectional character raw; it parses to the same value. */
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
