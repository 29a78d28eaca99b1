import type { RunView } from '../../engine/service/intake/submission.ts';
import type { HttpDeps } from '../context.ts';
import { ProblemError } from '../answers/problem.ts';

/**
 * Loads the run of an address.
 * @throws {ProblemError} when there is none of that id
 */
export async function findRunView(deps: HttpDeps, id: string | undefined): Promise<RunView> {
  const view = await deps.service.view(id ?? '');
  if (view === null) throw runNotFound(id ?? '');
  return view;
}

/** Makes the problem of an id that no run has. */
export function runNotFound(id: string): ProblemError {
  return new ProblemError(
    'not-found',
    `there is no run ${JSON.stringify(id.slice(0, 80))}: GET /runs lists the stored runs`,
  );
}
