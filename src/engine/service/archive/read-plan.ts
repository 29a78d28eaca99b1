import { policyForClients } from '../../../domain/ruby/gems.ts';
import { planRun } from '../../plan/plan-run.ts';
import type { RunPlan } from '../../plan/run-plan.ts';
import { StoreError } from '../../ports.ts';
import type { ServiceParts } from '../ports.ts';
import { restoredRequest } from '../ticket.ts';

/**
 * Makes the plan of a run from its stored request.
 * @throws {StoreError} where it no longer exists
 */
export async function readPlan(
  runId: string,
  { store, matrix, prepare }: Pick<ServiceParts, 'store' | 'matrix' | 'prepare'>,
): Promise<RunPlan> {
  const ticket = await store.loadTicket(runId);
  if (ticket === null || ticket.request === null) {
    throw new StoreError(
      `the script and the files of run ${runId} can no longer be read (ticket.json in its folder): send it again`,
    );
  }
  return planRun(restoredRequest(ticket.request, matrix), prepare, policyForClients(matrix.gems));
}
