import { LARGEST_TOTAL, type FoundRuns } from '../../../engine/service/archive/run-query.ts';
import type { RunSummary } from '../../../engine/service/archive/run-summary.ts';
import { formatCount } from '../../../report/text/format-number.ts';
import { markup, type Markup } from '../../../report/text/markup.ts';
import { joinNames } from '../../../domain/names.ts';
import { printable } from '../../../report/text/printable.ts';
import { layout } from '../layout.ts';
import type { FormProblem } from '../model.ts';
import { filterForm } from './filter-form.ts';
import { runItems } from './run-items.ts';

export interface RunsPageModel {
  /** Fields of the address, as they were typed. */
  readonly typed: Readonly<Record<string, string>>;
  /** Texts that are too short to be looked for in scripts. */
  readonly short: readonly string[];
  /** null where a field was wrong. */
  readonly found: FoundRuns | null;
  /** Cursor of the next page; null on the last one. */
  readonly next: string | null;
  readonly problem: FormProblem | null;
  readonly signedIn: boolean;
}

/** Renders the runs that were found, and the fields to search them by. It works without JavaScript. */
export function runsPage(model: RunsPageModel): string {
  const { typed, found, problem, signedIn } = model;
  const { compare, ...filters } = typed;
  const isKnownField = problem !== null && problem.field !== 'cursor' && problem.field !== 'limit';
  const loose =
    problem === null || isKnownField
      ? null
      : markup`<p class="problem" role="alert">${printable(problem.message)}</p>`;
  const main = markup`<h1>${compare === undefined ? 'Runs' : 'Choose a run to compare with'}</h1>
${compare === undefined ? null : markup`<p><a href="/runs/${compare}">${printable(compare)}</a> is the base: what is different in the other one is shown. <a href="/runs">Choose none</a></p>`}
${loose}
${filterForm(filters, problem, signedIn, compare === undefined ? {} : { compare })}
${found === null ? null : results(found, model)}`;
  const title = compare === undefined ? 'Runs: Matrix' : 'Choose a run to compare with: Matrix';
  return layout({ title, main, scripts: [], events: null, signedIn });
}

function results(found: FoundRuns, { typed, short, next }: RunsPageModel): Markup {
  const { runs, total } = found;
  const isFirst = typed['cursor'] === undefined;
  const list =
    runs.length === 0
      ? markup`<p>${nothing(typed, total)}</p>`
      : runItems(runs, compareLink(typed['compare']));
  const links = [
    isFirst ? null : markup`<a class="button" href="${addressOf(typed, null)}" rel="first">Newest</a>`,
    next === null ? null : markup`<a class="button" href="${addressOf(typed, next)}" rel="next">Older</a>`,
  ].filter((link) => link !== null);
  const count = `${formatCount(total)}${total < LARGEST_TOTAL ? '' : ' and more'} ${total === 1 ? 'run' : 'runs'}`;
  return markup`<section aria-labelledby="found"><h2 id="found">${count}${isFirst ? '' : ', continued'}</h2>
${shortHint(short)}
${list}
${links.length === 0 ? null : markup`<nav class="actions" aria-label="Pages">${links}</nav>`}
</section>`;
}

/** Says which texts were not looked for in scripts. */
function shortHint(short: readonly string[]): Markup | null {
  if (short.length === 0) return null;
  const texts = short.map((one) => `“${printable(one)}”`);
  const was =
    short.length === 1
      ? 'has fewer than three characters: it was'
      : 'have fewer than three characters: they were';
  return markup`<p class="hint">${joinNames(texts)} ${was} looked for in names and results, not in scripts.</p>`;
}

function nothing(typed: RunsPageModel['typed'], total: number): string {
  if (total > 0) return 'There are no older ones.';
  return Object.keys(typed).some((name) => name !== 'compare')
    ? 'No run is like that. Leave something out, or search for a part of a word.'
    : 'None yet.';
}

const compareLink =
  (base: string | undefined) =>
  ({ id, script }: RunSummary): Markup | null =>
    base === undefined || base === id
      ? null
      : markup`<a href="/runs/${base}/compare/${id}" aria-label="Compare with ${printable(script.name)}, ${id}">Compare</a>`;

/** Makes the address of the same search at another page of it. */
function addressOf(typed: RunsPageModel['typed'], cursor: string | null): string {
  const fields = new URLSearchParams(Object.entries(typed).filter(([name]) => name !== 'cursor'));
  if (cursor !== null) fields.set('cursor', cursor);
  const text = fields.toString();
  return text === '' ? '/runs' : `/runs?${text}`;
}
