import type { MeasuredLoop } from '../domain/record.ts';
import { chooseLoop } from './choose.ts';
import { findLoops, type LoopSite } from './loops.ts';
import { placeSetup, readMagicComments } from './magic-comments.ts';
import { bodyStart, driveLoops, wrapBody } from './rewrite.ts';
import { end, type ParsedScript, type ScriptParser } from './syntax.ts';

export interface ScriptSource {
  readonly text: string;
  /** Line of the loop to measure (`--loop`); null: named by the script's magic comment, or found by reading it. */
  readonly loopLine: number | null;
}

export interface PreparedScript {
  /** What runs: the script as posted, line for line, but for the calls that drive its loop. */
  readonly text: string;
  readonly loop: MeasuredLoop | null;
  /** Last line of the loop; null where the body stands in for one. */
  readonly loopEndLine: number | null;
  readonly notes: readonly string[];
}

export type Preparation =
  | { readonly ok: true; readonly script: PreparedScript }
  /** `message` names the line and says what to do. */
  | { readonly ok: false; readonly message: string };

/** A comment that says: from here on, once per iteration. A plain `# loop` above a loop says nothing of the kind. */
const MARKER = /^#\s*-{2,}\s*loop\s*-{2,}$/i;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Body and set-up as `-e BODY --setup CODE` give them, as one script with the marker between them. */
export const composeScript = (setup: string, body: string): string =>
  `${setup.trimEnd()}${setup.trim() === '' ? '' : '\n'}# ---- loop ----\n${body}\n`;

/** Finds the script's loop and hands it to the prelude. Pure: the parser is passed in. */
export function prepareScript(source: ScriptSource, parse: ScriptParser): Preparation {
  const said = readMagicComments(source.text);
  if (!said.ok) return { ok: false, message: `line ${said.line}: ${said.message}` };
  const { text, setupEnd } = placeSetup(source.text, said.magic.setup);
  const loopLine = source.loopLine ?? said.magic.loopLine?.value ?? null;
  const parsed = parse(text);
  const bytes = encoder.encode(text);
  const lineAt = (offset: number): number =>
    bytes.subarray(0, offset).filter((byte) => byte === 10).length + 1;
  const lineOf = (loop: LoopSite): number => lineAt(loop.node.location.startOffset);
  const error = parsed.errors[0];
  if (error !== undefined) {
    // Every ruby says for itself whether it knows this syntax; nothing is rewritten that was not understood.
    const where = `line ${lineAt(error.location.startOffset)}: ${error.message}`;
    return {
      ok: true,
      script: {
        text,
        loop: null,
        loopEndLine: null,
        notes: [`the script does not parse as today's Ruby (${where}); it runs as it stands`],
      },
    };
  }
  const marker = loopLine === null ? markerEnd(parsed, bytes) : null;
  if (marker !== null) return wholeBody(text, parsed, marker, lineAt);
  const loops = findLoops(parsed.root);
  const chosen = chooseLoop(loops, lineOf, loopLine);
  if (chosen === null && loopLine !== null) {
    const lines = [...new Set(loops.map(lineOf))];
    const known =
      lines.length === 0 ? 'the script has no loop' : `its loops stand at line ${lines.join(', ')}`;
    const option = source.loopLine === null ? '# matrix: loop' : '--loop';
    return { ok: false, message: `${option} ${loopLine}: no loop begins at that line; ${known}` };
  }
  if (chosen === null) return wholeBody(text, parsed, setupEnd, lineAt);
  const otherLines = chosen.others.map(lineOf);
  const loop: MeasuredLoop = {
    line: lineOf(chosen.chain[0]),
    unitLine: lineOf(chosen.chain.at(-1) ?? chosen.chain[0]),
    kinds: chosen.chain.map((one) => one.kind),
    otherLines,
  };
  const notes =
    otherLines.length === 0
      ? []
      : [
          `measured the loop at line ${loop.line}; the loop${otherLines.length > 1 ? 's' : ''} at line ${otherLines.join(', ')} ran as written and ${otherLines.length > 1 ? 'were' : 'was'} not judged (--loop LINE chooses)`,
        ];
  return {
    ok: true,
    script: {
      text: driveLoops(text, chosen.chain),
      loop,
      loopEndLine: lineAt(end(chosen.chain[0].node.location)),
      notes,
    },
  };
}

function wholeBody(
  text: string,
  parsed: ParsedScript,
  from: number,
  lineAt: (offset: number) => number,
): Preparation {
  const first = bodyStart(parsed.root, from);
  if (first === null) {
    const message =
      from === 0
        ? 'the script holds no code to run: nothing but comments and blank lines'
        : `nothing follows the set-up that ends at line ${lineAt(from)}: put what is to be repeated behind it`;
    return { ok: false, message };
  }
  const line = lineAt(first.location.startOffset);
  const loop: MeasuredLoop = { line, unitLine: line, kinds: ['body'], otherLines: [] };
  return {
    ok: true,
    script: { text: wrapBody(text, parsed.root, from, parsed.data), loop, loopEndLine: null, notes: [] },
  };
}

function markerEnd(parsed: ParsedScript, bytes: Uint8Array): number | null {
  const marker = parsed.comments.find((comment) =>
    MARKER.test(decoder.decode(bytes.subarray(comment.startOffset, end(comment))).trim()),
  );
  return marker === undefined ? null : end(marker);
}
