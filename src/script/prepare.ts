import type { Result } from '../domain/result.ts';
import type { MeasuredLoop } from '../domain/run/record.ts';
import { isJudged, type ScriptLoop } from '../domain/loops/script-loop.ts';
import { inlineGemfileEnd } from './inline-gemfile.ts';
import { LineTable } from './line-table.ts';
import { findLoops, type LoopSite } from './loops.ts';
import { placeSetup, readMagicComments } from './magic-comments.ts';
import { hasSubject, planLoops, type LoopPlan, type PlannedLoop } from './plan-loops.ts';
import { bodyStart, driveLoops, wrapBody } from './rewrite.ts';
import { end, isWithin, type ParsedScript, type ScriptParser } from './syntax.ts';

export interface ScriptSource {
  readonly text: string;
  /** Line of the loop to measure (`--loop`); null: named by the script's magic comment, or found by reading it. */
  readonly loopLine: number | null;
}

export interface PreparedScript {
  /** The script to run: as posted, line for line, except for the calls that drive its loops. */
  readonly text: string;
  /** The loops in the order the prelude knows them by; empty where the script does not parse. */
  readonly loops: readonly ScriptLoop[];
  readonly loop: MeasuredLoop | null;
  readonly notes: readonly string[];
  /** The beginning of the script, up to the gemfile that it holds (bundler/inline); null where it holds none. */
  readonly inlineGemfile: string | null;
  /** Why it was not understood: `line 9: unexpected 'end'`. null where it was. */
  readonly syntaxError: string | null;
}

/** `message` names the line and says what to do. */
export type PreparedScriptResult = Result<PreparedScript>;

/** A comment that marks the beginning of the body. A plain `# loop` above a loop does not. */
const MARKER = /^#\s*-{2,}\s*loop\s*-{2,}$/i;
/** What one repetition keeps and the next one replaces, such as a constant's list, is not seen to grow. */
const NO_LOOP =
  'the script has no loop that runs often: the whole script was repeated, and only what stays from one repetition to ' +
  'the next counts (a line # ---- loop ---- marks what to repeat; --loop LINE measures one of its loops)';
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Body and set-up as `-e BODY --setup CODE` give them, as one script with the marker between them. */
export const composeScript = (setup: string, body: string): string =>
  `${setup.trimEnd()}${setup.trim() === '' ? '' : '\n'}# ---- loop ----\n${body}\n`;

/** Finds the script's loops and hands them to the prelude. Pure: the parser is passed in. */
export function prepareScript(source: ScriptSource, parse: ScriptParser): PreparedScriptResult {
  const comments = readMagicComments(source.text);
  if (!comments.ok) return { ok: false, message: `line ${comments.line}: ${comments.message}` };
  const { text, setupEnd } = placeSetup(source.text, comments.value.setup);
  const loopLine = source.loopLine ?? comments.value.options.loopLine?.value ?? null;
  const parsed = parse(text);
  const bytes = encoder.encode(text);
  const lines = new LineTable(bytes);
  const lineOf = (loop: LoopSite): number => lines.lineAt(loop.node.location.startOffset);
  const error = parsed.errors[0];
  if (error !== undefined) {
    // Each ruby reports itself whether it knows this syntax; a script that does not parse is not rewritten.
    const where = `line ${lines.lineAt(error.location.startOffset)}: ${error.message}`;
    const note = `the script does not parse as today's Ruby (${where}); it runs as written`;
    return {
      ok: true,
      value: { text, loops: [], loop: null, notes: [note], inlineGemfile: null, syntaxError: where },
    };
  }
  const gemfileEnd = inlineGemfileEnd(parsed);
  const inlineGemfile = gemfileEnd === null ? null : decoder.decode(bytes.subarray(0, gemfileEnd));
  const marker = loopLine === null ? markerEnd(parsed, bytes) : null;
  if (marker !== null) return wholeBody(text, parsed, marker, lines, inlineGemfile, []);
  const found = findLoops(parsed.root);
  if (loopLine === null) {
    if (!hasSubject(found.loops)) {
      const from = Math.max(setupEnd, gemfileEnd ?? 0);
      return wholeBody(text, parsed, from, lines, inlineGemfile, [NO_LOOP]);
    }
    const plan = planLoops(parsed.root, found.loops, found.total);
    return { ok: true, value: driven(text, plan, lines, inlineGemfile) };
  }
  const root = found.loops.find((loop) => lineOf(loop) === loopLine);
  if (root === undefined) {
    const known = knownLines(found.loops.map(lineOf));
    const option = source.loopLine === null ? '# matrix: loop' : '--loop';
    return { ok: false, message: `${option} ${loopLine}: no loop begins at that line; ${known}` };
  }
  const inside = found.loops.filter((loop) => isWithin(loop.node, root.node));
  const plan = planLoops(parsed.root, inside, inside.length);
  const [first, ...rest] = plan.loops;
  const only = first === undefined ? plan : { ...plan, loops: [{ ...first, final: true }, ...rest] };
  return { ok: true, value: driven(text, only, lines, inlineGemfile) };
}

/** Lines named in a message: a script may have thousands. */
const MOST_LINES = 20;

function knownLines(all: readonly number[]): string {
  const lines = [...new Set(all)];
  if (lines.length === 0) return 'the script has no loop';
  const more = lines.length > MOST_LINES ? ` and ${lines.length - MOST_LINES} more` : '';
  return `its loops are at line ${lines.slice(0, MOST_LINES).join(', ')}${more}`;
}

function driven(
  text: string,
  plan: LoopPlan,
  lines: LineTable,
  inlineGemfile: string | null,
): PreparedScript {
  const loops = plan.loops.map((loop) => asScriptLoop(loop, lines));
  const notes =
    plan.leftOut === 0
      ? []
      : [
          `the script has ${loops.length + plan.leftOut} loops; ${loops.length} of them were counted, the others ran as written and were not judged (--loop LINE chooses one)`,
        ];
  return {
    text: driveLoops(text, plan.loops),
    loops,
    loop: summaryOf(loops),
    notes,
    inlineGemfile,
    syntaxError: null,
  };
}

const asScriptLoop = (
  { site, way, method, final, endless, subject, around }: PlannedLoop,
  lines: LineTable,
): ScriptLoop => ({
  line: lines.lineAt(site.node.location.startOffset),
  endLine: lines.lineAt(Math.max(site.node.location.startOffset, end(site.node.location) - 1)),
  kind: site.kind,
  role: site.role,
  canContinue: way !== null,
  subject,
  method,
  count: site.count,
  final,
  endless,
  around,
});

/**
 * Chooses the loop that the record names before anything is measured: the last one that nothing encloses,
 * with the loops inside of it.
 */
function summaryOf(loops: readonly ScriptLoop[]): MeasuredLoop | null {
  const judged = loops.filter(isJudged);
  const outer = judged.findLast(({ around }) => around.length === 0) ?? judged.at(-1);
  if (outer === undefined) return null;
  const index = loops.indexOf(outer);
  const inside = judged.filter(({ around }) => around.includes(index));
  const last = inside.at(-1) ?? outer;
  const chain = judged.filter((loop) => loop === last || last.around.includes(loops.indexOf(loop)));
  const others = judged.filter((loop) => loop !== outer && !inside.includes(loop));
  return {
    line: outer.line,
    unitLine: chain.at(-1)?.line ?? outer.line,
    kinds: chain.map(({ kind }) => kind),
    otherLines: [...new Set(others.map(({ line }) => line))].slice(0, MOST_LINES),
  };
}

function wholeBody(
  text: string,
  parsed: ParsedScript,
  from: number,
  lines: LineTable,
  inlineGemfile: string | null,
  notes: readonly string[],
): PreparedScriptResult {
  const first = bodyStart(parsed.root, from);
  if (first === null) {
    const message =
      from === 0
        ? 'the script holds no code to run: nothing but comments and blank lines'
        : `nothing follows the set-up that ends at line ${lines.lineAt(from)}: put the code to repeat after it`;
    return { ok: false, message };
  }
  const line = lines.lineAt(first.location.startOffset);
  const endLine = lines.lineAt(Math.max(0, (parsed.data?.startOffset ?? encoder.encode(text).length) - 1));
  const body: ScriptLoop = {
    line,
    endLine,
    kind: 'body',
    role: 'driven',
    canContinue: true,
    subject: true,
    method: null,
    count: Infinity,
    final: true,
    endless: true,
    around: [],
  };
  const loop: MeasuredLoop = { line, unitLine: line, kinds: ['body'], otherLines: [] };
  const wrapped = wrapBody(text, parsed.root, from, parsed.data);
  return {
    ok: true,
    value: { text: wrapped, loops: [body], loop, notes, inlineGemfile, syntaxError: null },
  };
}

function markerEnd(parsed: ParsedScript, bytes: Uint8Array): number | null {
  const marker = parsed.comments.find((comment) =>
    MARKER.test(decoder.decode(bytes.subarray(comment.startOffset, end(comment))).trim()),
  );
  return marker === undefined ? null : end(marker);
}
