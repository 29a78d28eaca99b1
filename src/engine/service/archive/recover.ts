import { queuedCell } from '../../measure/cell-record.ts';
import { planRun } from '../../plan/plan-run.ts';
import { StoreError } from '../../ports.ts';
import { RequestError } from '../../plan/run-request.ts';
import { policyForClients } from '../../../domain/ruby/gems.ts';
import type { RunRecord } from '../../../domain/run/record.ts';
import { LiveRun } from '../live-run.ts';
import type { ServiceParts } from '../ports.ts';
import { restoredRequest, type Ticket } from '../ticket.ts';

/** Crashes of the service during a run after which the run is not retried: it may be the cause. */
const MOST_ATTEMPTS = 5;

/** Resets the cells of a record that were not done. */
export function requeued(record: RunRecord): RunRecord {
  const cells = record.cells.map((cell) => (cell.state === 'done' ? cell : queuedCell(cell)));
  return { ...record, state: 'queued', cells };
}

export const isUnfinished = (record: RunRecord): boolean =>
  record.state === 'queued' || record.state === 'running';

/**
 * Resumes a run that a stopped or killed service left unfinished: finished cells are kept, the others are queued.
 * Cells that can no longer be measured are abandoned with the reason.
 */
export async function resumeRun(
  record: RunRecord,
  ticket: Ticket & { readonly request: object },
  parts: ServiceParts,
): Promise<LiveRun | null> {
  const { request: asked, ...kept } = ticket;
  const request = restoredRequest(asked, parts.matrix);
  const attempts = ticket.attempts + (record.state === 'running' ? 1 : 0);
  try {
    const plan = await planRun(request, parts.prepare, policyForClients(parts.matrix.gems));
    const live = new LiveRun(requeued(record), plan, { ...kept, attempts }, parts);
    await parts.store.saveTicket(record.id, { ...live.ticket, request: asked }).catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
      // A full disk must not prevent the start of the service: only this count of attempts is lost.
      parts.log.warn({ run: record.id, reason: error.message }, 'an attempt could not be counted');
    });
    live.scheduled.isStored();
    const here = new Set(plan.cells.map((cell) => cell.id));
    for (const { id, ruby } of live.record.cells.filter((cell) => cell.state !== 'done')) {
      if (!here.has(id))
        live.run.abandonCell(id, 'image-unavailable', 'ruby-unlisted', `${ruby} is no longer in matrix.yaml`);
      else if (attempts > MOST_ATTEMPTS) {
        const message = `${describeDeaths(attempts)}: it is not retried`;
        live.run.abandonCell(id, 'engine-error', 'died-too-often', message);
      }
    }
    if (attempts > MOST_ATTEMPTS)
      abandonExplanations(live, `${describeDeaths(attempts)}: its leaks are not explained again`);
    return live;
  } catch (error) {
    if (!(error instanceof RequestError)) throw error;
    parts.log.error({ run: record.id, reason: error.message }, 'a stored run can no longer be planned');
    return null;
  }
}

const describeDeaths = (attempts: number): string =>
  `the service crashed ${attempts - 1} times during this run`;

/** Stores notes in place of explanations that will not be made. */
function abandonExplanations(live: LiveRun, why: string): void {
  const { scheduled } = live;
  for (let due = scheduled.due(); due.some(({ role }) => role !== null); due = scheduled.due()) {
    for (const { cell, role } of due) if (role !== null) live.run.leaveUnexplained(cell.id, role, why);
  }
}
