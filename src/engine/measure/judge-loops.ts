import { confirmingPolicy, confirmLeak, hasEnded } from '../../analysis/confirm.ts';
import { attributeGrowth } from '../../analysis/loops/attribute.ts';
import { iterationsOf } from '../../analysis/loops/counts.ts';
import { countVerdictBy } from '../../analysis/loops/scale-growth.ts';
import { settleSetUp, setUpAround } from '../../analysis/loops/set-ups.ts';
import type { StretchFinding } from '../../analysis/loops/loop-records.ts';
import { POLICY, type Policy } from '../../analysis/policy.ts';
import { OFTEN, type ScriptLoop } from '../../domain/loops/script-loop.ts';
import type { Focus } from '../../protocol/supervisor-env.ts';
import type { StretchResult } from './judge-stretches.ts';
import type { PassResult } from './pass.ts';

/** Runs a container that measures one loop. */
export type MeasureAgain = (
  focus: Focus,
  how: { readonly confirming: boolean; readonly policy: Policy },
) => Promise<PassResult>;

/** Result of one loop of a cell, with what is needed to report it. */
export interface JudgedStretch extends StretchFinding {
  readonly confirmed: boolean;
  readonly warning: string | null;
  /** The container that the verdict rests on, and the one that confirmed it. */
  readonly pass: PassResult;
  readonly confirmation: PassResult | null;
}

/** Most separate containers for loops of one script, besides the one that all of them run in. */
const MOST_LOOKS = 12;

/**
 * Settles what the first container left open: a leak is measured again in a fresh container, for longer; a
 * loop that was too short as written continues in a container where nothing else is judged.
 */
export async function judgeLoops(
  survey: PassResult,
  loops: readonly ScriptLoop[],
  exactCount: boolean,
  measureAgain: MeasureAgain,
): Promise<readonly JudgedStretch[]> {
  const judged: JudgedStretch[] = [];
  const madeAgain = new Map<number, boolean>();
  let left = MOST_LOOKS;
  for (const stretch of survey.stretches) {
    const kind = stretch.result?.verdict.kind;
    const isOpen = kind === 'inconclusive' && !exactCount && loops[stretch.stretch.site]?.final !== true;
    const isUnsettled = kind === 'leak' || isOpen;
    const setUp = exactCount ? null : setUpAround(loops, stretch.stretch.site);
    if (setUp !== null && !madeAgain.has(setUp) && left > 0 && isUnsettled) {
      left -= 1;
      const found = await judgeSetUp(setUp, stretch, measureAgain);
      madeAgain.set(setUp, found !== null);
      if (found !== null) judged.push(found);
    }
    if (setUp !== null && madeAgain.get(setUp) === true) continue;
    if (left > 0 && isUnsettled) {
      left -= 1;
      judged.push(
        await (isOpen ? continueLoop(stretch, survey, measureAgain) : confirm(stretch, survey, measureAgain)),
      );
    } else {
      judged.push(unchanged(stretch, survey));
    }
  }
  if (exactCount) return judged;
  for (const site of collectingSites(loops, survey)) {
    for (const focus of [site, ...around(site, loops)]) {
      if (left === 0) break;
      left -= 1;
      const found = await judgeCollecting(focus, measureAgain);
      if (found === null) continue;
      judged.push(found);
      break;
    }
  }
  return judged;
}

/** Finds loops that collect and ran often outside of what was judged; of nested ones the outermost. */
function collectingSites(loops: readonly ScriptLoop[], survey: PassResult): readonly number[] {
  const isOften = loops.map((_, site) => {
    const inside = survey.stretches.reduce((sum, { samples }) => sum + iterationsOf(samples, site), 0);
    return survey.ran(site) - inside >= OFTEN;
  });
  return loops.flatMap((loop, site) => {
    if (!isRepeatable(loop) || isOften[site] !== true) return [];
    return loop.around.some((outer) => isOften[outer] === true) ? [] : [site];
  });
}

const isRepeatable = ({ role, subject, canContinue }: ScriptLoop): boolean =>
  role === 'collecting' && subject && canContinue;

/**
 * Finds calls around a loop that can be repeated, the nearest first: `File.open(path) { |file| file.each_line
 * { … } }`.
 */
const around = (site: number, loops: readonly ScriptLoop[]): readonly number[] =>
  (loops[site]?.around ?? []).toReversed().filter((outer) => {
    const loop = loops[outer];
    return loop !== undefined && isRepeatable(loop);
  });

/**
 * Judges a call that collects for its caller, by repeating the whole call with checkpoints in between. Null
 * where the loop did not run again, as with a file that was read to its end, or an empty queue.
 */
async function judgeCollecting(site: number, measureAgain: MeasureAgain): Promise<JudgedStretch | null> {
  const { found, pass } = await evaluateAgain(site, measureAgain);
  if (found === null || found.result === null || found.stretch.ended === 'end') return null;
  return found.result.verdict.kind === 'leak' ? confirm(found, pass, measureAgain) : unchanged(found, pass);
}

/**
 * Judges a loop that builds something for later ones, by building all of it again and again: only what is
 * left behind counts. Null where it cannot be built again.
 */
async function judgeSetUp(
  site: number,
  kept: StretchResult,
  measureAgain: MeasureAgain,
): Promise<JudgedStretch | null> {
  const { found, pass } = await evaluateAgain(site, measureAgain);
  if (found === null || found.result === null) return null;
  if (found.result.verdict.kind === 'leak') return confirm(found, pass, measureAgain);
  const by = kept.stretch.site;
  const growth = kept.result === null ? null : countVerdictBy(kept.result, kept.samples, by).growth;
  const verdict = settleSetUp(countVerdictBy(found.result, found.samples, by), growth);
  return verdict.kind === 'clean' ? unchanged({ ...found, result: { verdict, by } }, pass) : null;
}

async function evaluateAgain(
  site: number,
  measureAgain: MeasureAgain,
): Promise<{ readonly found: StretchResult | null; readonly pass: PassResult }> {
  const focus = { site, context: { method: '', line: '', rounds: '' } };
  const pass = await measureAgain(focus, { confirming: false, policy: POLICY });
  return { found: pass.stretches.find((one) => one.stretch.site === site) ?? null, pass };
}

const unchanged = (stretch: StretchResult, pass: PassResult): JudgedStretch => ({
  ...stretch,
  sources: sourcesOf(stretch, stretch),
  confirmed: false,
  warning: null,
  pass,
  confirmation: null,
});

const focusOf = ({ stretch }: StretchResult): Focus => ({ site: stretch.site, context: stretch.context });

/** Finds the same loop in the same context in another container. */
const again = (pass: PassResult, { stretch }: StretchResult): StretchResult | undefined =>
  pass.stretches.find((one) => one.stretch.site === stretch.site && one.result !== null);

async function continueLoop(
  open: StretchResult,
  survey: PassResult,
  measureAgain: MeasureAgain,
): Promise<JudgedStretch> {
  const pass = await measureAgain(focusOf(open), { confirming: false, policy: POLICY });
  const found = again(pass, open);
  if (found?.result?.verdict.kind === 'leak')
    return confirm({ ...found, stretch: open.stretch }, pass, measureAgain);
  if (found === undefined) return unchanged(open, survey);
  return unchanged({ ...found, stretch: open.stretch }, pass);
}

async function confirm(
  leak: StretchResult,
  pass: PassResult,
  measureAgain: MeasureAgain,
): Promise<JudgedStretch> {
  const first = leak.result;
  if (first === null || first.verdict.kind !== 'leak') return unchanged(leak, pass);
  const policy = confirmingPolicy({ iterations: iterationsOf(leak.samples, first.by) });
  const confirmation = await measureAgain(focusOf(leak), { confirming: true, policy });
  const second = again(confirmation, leak);
  const seen = second?.result ?? null;
  if (second === undefined || seen === null) {
    const why = confirmation.failure?.message ?? 'it did not answer';
    const warning = `the leak was seen in one container, but not confirmed in a second: ${why}`;
    return { ...unchanged(leak, pass), warning, confirmation };
  }
  const counted = countVerdictBy(seen, second.samples, first.by);
  const verdict = confirmLeak(first.verdict, counted, hasEnded(leak.samples, second.samples));
  // A verdict that only the second, longer container gave rests on its samples.
  const further = verdict === counted;
  const result = { verdict, by: first.by };
  const settled = { ...(further ? { ...second, stretch: leak.stretch } : leak), result };
  return {
    ...settled,
    sources: sourcesOf(settled, second),
    confirmed: verdict.kind === 'leak',
    warning: null,
    pass: further ? confirmation : pass,
    confirmation,
  };
}

/**
 * Attributes the growth of a leak to loops. `seen`: the result whose checkpoints also fell inside of the
 * outermost iterations.
 */
function sourcesOf({ result }: StretchResult, seen: StretchResult): StretchFinding['sources'] {
  return result?.verdict.kind === 'leak'
    ? attributeGrowth(seen.samples, seen.sites, result.verdict, result.by)
    : [];
}
