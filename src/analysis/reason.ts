import type { OpenCode } from '../domain/measurement/verdict.ts';
import type { Ended } from './ended.ts';
import type { Assessment } from './assess.ts';
import type { SeriesFinding } from './series/finding.ts';

const NAMES = { malloc: 'malloc', slots: 'live slots', outside: 'resident memory' } as const;

/** Gives the code of an inconclusive verdict. */
export const inconclusiveCode = ({ kind }: Ended, enough: boolean): OpenCode =>
  enough ? `${kind}-ended` : 'too-few-iterations';

/** Describes why there is no verdict and what to do: the series, its rate so far, and the remedy. */
export function inconclusiveReason(assessment: Assessment, ended: Ended, enough: boolean): string {
  const remedy = remedyFor(ended);
  const said = (kind: SeriesFinding['kind']): string =>
    (['malloc', 'slots', 'outside'] as const)
      .filter((name) => assessment[name].kind === kind)
      .map((name) => `${NAMES[name]}: ${describe(assessment[name])}`)
      .join('; ');
  const grows = said('leak');
  if (!enough && grows !== '') return `${ended.text}; ${grows}; ${remedy}`;
  if (!enough) return `${ended.text}, too few to judge; ${remedy}`;
  return `${ended.text}; ${said('open') || 'the series disagree'}; ${remedy}`;
}

function describe(finding: SeriesFinding): string {
  const why =
    finding.kind === 'open' ? finding.why : 'it grows, but not yet for longer than what fills up does';
  if (finding.trend === null) return why;
  const { low, high } = finding.trend;
  return `${why} (between ${low.toPrecision(2)} and ${high.toPrecision(2)} bytes per iteration)`;
}

/** Suggests what to do, by how the run ended. */
export const remedyFor = ({ kind, remedy = null }: Ended): string =>
  remedy ??
  (kind === 'script'
    ? 'let the loop run longer (loop do … end, or a higher count without --exact-count)'
    : kind === 'memory'
      ? 'let an iteration keep less, or give the containers more memory'
      : 'give it more time with --budget SECONDS');
