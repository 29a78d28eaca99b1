import { diffArrays } from 'diff';
import type {
  Explanation,
  Finding,
  NativeFinding,
  ObjectFinding,
  RubyPlace,
} from '../domain/leak/explanation.ts';

/** A script, as it is named in the places of its findings. */
interface Script {
  readonly name: string;
  readonly text: string;
}

/** Lines beyond which two scripts are too different to be put side by side. */
const MOST_EDITS = 400;

/**
 * Finds the line of another script that is the same as a line of this one: it is not changed, or as many lines as before
 * are in its place. null where there is none.
 */
export function sameLines(from: string, to: string): (line: number) => number | null {
  if (isWithout(from, to)) return (line) => line;
  const changes = diffArrays(from.split('\n'), to.split('\n'), { maxEditLength: MOST_EDITS }) ?? [];
  const lines = new Map<number, number>();
  let [here, there] = [1, 1];
  for (const [index, { added, removed, count }] of changes.entries()) {
    const next = changes[index + 1];
    const isReplaced = removed && next?.added === true && next.count === count;
    if (!added && (!removed || isReplaced))
      for (let nth = 0; nth < count; nth += 1) lines.set(here + nth, there + nth);
    if (!added) here += count;
    if (!removed) there += count;
  }
  return (line) => lines.get(line) ?? null;
}

/** Tells whether two scripts are one, each perhaps without some of its lines, which are empty then. */
function isWithout(one: string, other: string): boolean {
  const [a, b] = [one.split('\n'), other.split('\n')];
  return (
    a.length === b.length && a.every((line, index) => line === b[index] || line === '' || b[index] === '')
  );
}

type LineOf = ReturnType<typeof sameLines>;

/** What is known of two scripts: a report places one finding after the other, and comparing two takes up to 70 ms. */
const compared = new WeakMap<Script, WeakMap<Script, LineOf>>();

function linesBetween(from: Script, to: Script): LineOf {
  const known = compared.get(from) ?? new WeakMap<Script, LineOf>();
  compared.set(from, known);
  const lineOf = known.get(to) ?? sameLines(from.text, to.text);
  known.set(to, lineOf);
  return lineOf;
}

type Counted = NativeFinding | ObjectFinding;

/** Makes a function that puts findings of one script where the same lines are in another; null where those are not. */
export function placedIn(from: Script, to: Script): <F extends Counted>(finding: F) => F | null {
  if (from.text === to.text && from.name === to.name) return (finding) => finding;
  const lineOf = linesBetween(from, to);
  const placed = (place: RubyPlace | null): RubyPlace | null => {
    if (place?.file !== from.name) return place;
    const line = lineOf(place.line);
    return line === null ? null : { ...place, file: to.name, line };
  };
  return (finding) => {
    const [script, innermost] = [placed(finding.script), placed(finding.innermost)];
    return !isLost(script, finding.script) && !isLost(innermost, finding.innermost)
      ? { ...finding, script, innermost }
      : null;
  };
}

const isLost = (one: RubyPlace | null, was: RubyPlace | null): boolean => one === null && was !== null;

/** Puts all that was found in one script where the same lines are in another; what has none is left out. */
export function explanationIn(explanation: Explanation, from: Script, to: Script): Explanation {
  const place = placedIn(from, to);
  const findings = explanation.findings.flatMap((finding): readonly Finding[] => {
    if (finding.kind === 'mapping') return [finding];
    const placed = place(finding);
    if (placed === null) return [];
    if (placed.kind === 'native') return [placed];
    return [{ ...placed, buffers: placed.buffers.flatMap((one) => place(one) ?? []) }];
  });
  return { ...explanation, findings };
}
