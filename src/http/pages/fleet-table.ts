import type { FleetView } from '../../engine/fleet/fleet.ts';
import { markup, type Markup } from '../../report/text/markup.ts';
import { printable } from '../../report/text/printable.ts';

/** Renders the workers of the service, with what they do. */
export function fleetTable({ workers, waiting, counts, problem }: FleetView): Markup {
  const rows = workers.map(row);
  const table = markup`<div class="scroll" role="group" aria-label="Table of the workers, scrolls sideways" tabindex="0"><table>
<thead><tr><th scope="col">worker</th><th scope="col">host</th><th scope="col">processor</th><th scope="col">cells</th><th scope="col">state</th></tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
  return markup`<section aria-labelledby="workers"><h2 id="workers">Workers</h2>
${problem === null ? null : markup`<p class="problem">${printable(problem)}</p>`}
${workers.length === 0 ? null : table}
<p class="hint">${waiting} on the way, ${counts.handedOut} handed out, ${counts.lost} lost and handed out again, ${counts.late} dropped because the result came too late.</p>
</section>`;
}

function row({
  name,
  host,
  arch,
  places,
  taken,
  labels,
  problem,
  leaving,
}: FleetView['workers'][number]): Markup {
  const more = Object.entries(labels).map(([label, value]) => ` ${label}=${value}`);
  const state = problem ?? (leaving ? 'leaving' : taken === 0 ? 'idle' : 'measuring');
  return markup`<tr><th scope="row">${printable(name)}</th><td>${printable(host.name)}</td><td>${printable(`${arch}, ${host.processor}${more.join('')}`)}</td><td>${taken} of ${places}</td><td>${printable(state)}</td></tr>`;
}
