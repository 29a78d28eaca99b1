import { markup, type Markup } from '../../report/text/markup.ts';
import { actions, type ActionLink } from '../../report/page/actions.ts';
import type { PageBase } from '../../report/comparison/page-section.ts';
import { titleOf } from '../../report/page/headline.ts';
import { leakTrees } from '../../report/picture/leak-pictures.ts';
import { runBody } from '../../report/page/run-body.ts';
import { printable } from '../../report/text/printable.ts';
import { layout } from './layout.ts';
import type { RunPageModel } from './model.ts';

const DOWNLOADS = [
  ['html', 'HTML'],
  ['md', 'Markdown'],
  ['csv', 'CSV'],
  ['json', 'JSON'],
  ['xml', 'JUnit'],
] as const;
/** What there is only of leaks that were explained. */
const PICTURES = [
  ['svg', 'SVG'],
  ['folded', 'folded stacks'],
  ['speedscope.json', 'speedscope'],
  ['pb', 'pprof'],
] as const;

/** Renders the page of a run, finished or running. */
export function runPage({ run, traces, position, signedIn, base = null }: RunPageModel): string {
  const address = `/runs/${run.id}`;
  const under = run.finishedAt === null;
  const links: readonly ActionLink[] = [
    { href: address, text: 'Permalink' },
    { href: `/?from=${run.id}`, text: 'Edit and run again' },
    { href: `/runs?compare=${run.id}`, text: 'Compare with another run' },
    ...(run.basedOn === null
      ? []
      : [
          { href: `/runs/${run.basedOn}`, text: 'The run it came from' },
          { href: `/runs/${run.basedOn}/compare/${run.id}`, text: 'Compare with that' },
        ]),
  ];
  const files = [...DOWNLOADS, ...(leakTrees(run).length === 0 ? [] : PICTURES)].map(([ending, text]) => ({
    href: `${address}/report.${ending}`,
    text,
  }));
  const cancel = under && signedIn ? cancelButton(address) : null;
  const main = runBody({
    run,
    traces,
    position,
    actions: actions(run, { links, files, more: cancel }),
    base: baseOf(run, base),
  });
  return layout({
    title: `${printable(run.script.name)}: ${titleOf(run)}`,
    main,
    scripts: ['/assets/page.js', ...(under ? ['/assets/live.js'] : [])],
    signedIn,
    events: under ? `${address}/events` : null,
  });
}

/** Chooses the settings that those of every ruby are compared with. */
function baseOf({ cells }: RunPageModel['run'], asked: string | null): PageBase {
  const chosen = cells.find(({ id }) => id === asked)?.settings ?? null;
  return { chosen, mayChoose: true, unknown: chosen === null ? asked : null };
}

function cancelButton(address: string): Markup {
  return markup`<span class="cancel">
  <button type="button" class="needs-followed" data-cancel="${address}">Cancel this run</button>
  <span role="status"></span>
</span>`;
}
