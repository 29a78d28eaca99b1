import type { RunRecord } from '../domain/run/record.ts';
import { code, plainText } from '../report/text/markdown-text.ts';
import { markdownBrief, markdownDetails, markdownOverview } from '../report/formats/markdown.ts';
import { mermaidChart } from '../report/formats/mermaid.ts';
import type { ScriptResult } from './ports.ts';

/** GitHub drops a summary of more than 1 MiB; nobody reads half of that. */
export const SUMMARY_BYTES = 400 * 1024;
/** A comment holds 65,536 characters. */
export const COMMENT_BYTES = 60_000;

/**
 * Writes sentence, table, chart and environment of every script, in at most `limitBytes`: parts without room
 * are left out, the least important first, with a note.
 */
export function summaryOf(results: readonly ScriptResult[], limitBytes: number): string {
  const runs = results.flatMap((result) => result.run ?? []);
  const problems = results.flatMap(problemLines);
  const head = [...(problems.length === 0 ? [] : [problems.join('\n')]), ...markdownOverview(runs)];
  const text = (parts: readonly ((run: RunRecord) => string | null)[]): string =>
    `${[...head, ...runs.flatMap((run) => parts.flatMap((part) => part(run) ?? []))].join('\n\n')}\n`;
  const whole = text([markdownBrief, mermaidChart, markdownDetails]);
  if (size(whole) <= limitBytes) return whole;
  const brief = text([markdownBrief, mermaidChart]);
  return size(brief) <= limitBytes ? brief : cut(text([markdownBrief]), limitBytes);
}

function problemLines({ path, problems }: ScriptResult): readonly string[] {
  return problems.map((problem) => `- ${code(path)}: ${plainText(problem)}`);
}

/** Cuts a text after a whole line; a code block that is open there is closed. */
function cut(text: string, limitBytes: number): string {
  const note = '\n\n*The rest is in the report: it was too long to be shown here.*\n';
  const kept: string[] = [];
  let left = limitBytes - size(note) - 64;
  let open: string | null = null;
  for (const line of text.split('\n')) {
    left -= size(line) + 1;
    if (left < 0) break;
    kept.push(line);
    const fence = /^`{3,}/.exec(line)?.[0] ?? null;
    if (open === null) open = fence;
    else if (line === open) open = null;
  }
  return [...kept, ...(open === null ? [] : [open])].join('\n') + note;
}

function size(text: string): number {
  return Buffer.byteLength(text);
}
