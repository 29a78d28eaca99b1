import { parseLines, linesInWords, type LineSet } from '../../domain/run/line-set.ts';
import { otherNames, withoutName } from '../../domain/run/script-variant.ts';
import type { PreparedScript } from '../../script/prepare.ts';
import { withoutLines } from '../../script/without-lines.ts';
import type { PrepareScript } from './prepare-here.ts';
import type { PlannedVariant } from './run-plan.ts';
import { RequestError, type RunRequest } from './run-request.ts';

interface Main {
  readonly source: { readonly name: string; readonly text: string };
  readonly script: PreparedScript;
}

/** Most variants of one run: each is a cell of every ruby. */
const MOST_VARIANTS = 24;

/**
 * Plans every variant of a script separately, since each has loops of its own.
 * @throws {RequestError} that says which variant can't be measured, and why
 */
export async function planVariants(
  request: RunRequest,
  main: Main,
  prepare: PrepareScript,
): Promise<readonly PlannedVariant[]> {
  const { others = [], options } = request;
  const sets = options.without.map((text) => setOf(text));
  const problem = problemWith(request, sets.length + others.length);
  if (problem !== null) throw new RequestError(problem);
  const names = otherNames(main.source.name, others);
  const planned: PlannedVariant[] = [];
  for (const lines of sets) planned.push(await without(lines, main, request, prepare));
  for (const [index, { name, text, path }] of others.entries()) {
    const script = await prepared(text, null, `${path ?? name}: `, prepare);
    planned.push({ name: names[index] ?? name, without: null, path, source: { name, text }, script });
  }
  return [...new Map(planned.map((one) => [one.name, one])).values()];
}

/** Checks that these variants can be measured together. Returns what is wrong, or null. */
function problemWith({ script, others = [], options }: RunRequest, count: number): string | null {
  if (count > MOST_VARIANTS)
    return `that makes ${count} variants of the script, and ${MOST_VARIANTS} are the most`;
  if (script === null && count > 0)
    return 'variants are those of a script, and a body is its own: put it into a file';
  if (others.length > 0 && options.without.length > 0)
    return 'lines are taken out of one script, and several are compared: leave one or the other out';
  return others.length > 0 && options.loopLine !== null
    ? 'a line of a loop is one of one script, and several are compared: write # matrix: loop into each'
    : null;
}

function setOf(text: string): LineSet {
  const lines = parseLines(text);
  if (!lines.ok) throw new RequestError(`without ${text}: ${lines.message}`);
  return lines.value;
}

async function without(
  lines: LineSet,
  { source, script: whole }: Main,
  { options }: RunRequest,
  prepare: PrepareScript,
): Promise<PlannedVariant> {
  const where = `without ${linesInWords(lines)}: `;
  const text = withoutLines(source.text, lines);
  if (!text.ok) throw new RequestError(where + text.message);
  const script = await prepared(text.value, options.loopLine, where, prepare);
  if (script.syntaxError !== null && whole.syntaxError === null)
    throw new RequestError(
      `${where}what is left of the script does not parse (${script.syntaxError}): take out all lines of a statement, as in 12..15`,
    );
  return {
    name: withoutName(lines),
    without: lines,
    path: null,
    source: { name: source.name, text: text.value },
    script,
  };
}

async function prepared(
  text: string,
  loopLine: number | null,
  where: string,
  prepare: PrepareScript,
): Promise<PreparedScript> {
  const script = await prepare({ text, loopLine });
  if (!script.ok) throw new RequestError(where + script.message);
  return script.value;
}
