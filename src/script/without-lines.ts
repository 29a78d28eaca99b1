import type { LineSet } from '../domain/run/line-set.ts';
import type { Result } from '../domain/result.ts';

/** A mark after code: a variant of the script leaves this line out. */
const MARK = /^#[ \t]*matrix:[ \t]*without[ \t\r]*$/;
const END = /^__END__\r?$/;

/** Finds the lines of a script that end in `# matrix: without`. */
export function markedLines(text: string): LineSet {
  const lines = text.split('\n');
  const end = lines.findIndex((line) => END.test(line));
  return (end === -1 ? lines : lines.slice(0, end)).flatMap((line, index) =>
    isMarked(line) ? [index + 1] : [],
  );
}

/** Checks whether a line ends in a mark, in one pass: a line may be as long as the script. */
function isMarked(line: string): boolean {
  const at = line.lastIndexOf('#');
  const before = line.slice(0, Math.max(0, at)).trimStart();
  return at > 0 && before !== '' && !before.startsWith('#') && MARK.test(line.slice(at));
}

/**
 * Removes lines from a script; all others keep their numbers. Fails where a line does not exist or holds no
 * code.
 */
export function withoutLines(text: string, taken: LineSet): Result<string> {
  const lines = text.split('\n');
  const count = text.endsWith('\n') ? lines.length - 1 : lines.length;
  for (const line of taken) {
    if (line > count)
      return {
        ok: false,
        message: `the script has ${count} ${count === 1 ? 'line' : 'lines'}, and no line ${line}`,
      };
  }
  const hasCode = taken.some((line) => /^\s*[^\s#]/.test(lines[line - 1] ?? ''));
  if (!hasCode) return { ok: false, message: 'there is no code: without it, the script is the same' };
  for (const line of taken) lines[line - 1] = '';
  return { ok: true, value: lines.join('\n') };
}
