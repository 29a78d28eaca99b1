import type { Explanation } from '../../domain/explanation.ts';
import type { Due } from '../explain/choose.ts';
import { unexplained } from '../explain/unexplained.ts';
import type { EngineMonitor } from './engine-monitor.ts';
import type { LiveRun } from './live-run.ts';
import type { ServiceLog } from './ports.ts';
import { untilStored } from './until-stored.ts';

export interface ExplainTurnParts {
  readonly monitor: EngineMonitor;
  readonly log: ServiceLog;
}

/**
 * Looks into one cell of a run, and stores what was found. `again`: it goes back into the queue; `later`: the next
 * start of the service will do it. Never rejects for the engine's or the disk's sake.
 */
export async function explainTurn(
  live: LiveRun,
  { cell, role }: Due,
  { monitor, log }: ExplainTurnParts,
): Promise<'done' | 'again' | 'later'> {
  const stored = (work: () => Promise<void>): Promise<boolean> =>
    untilStored(work, { run: live.id, log, stopped: () => live.stopping !== null });
  const keep = (explanation: Explanation): Promise<boolean> =>
    stored(() => live.run.keepExplanation(cell.id, explanation));
  const stopped = (): 'done' | 'later' => (live.stopping === 'drain' ? 'later' : 'done');
  try {
    if (monitor.engine === null) return 'again';
    if (live.record.state === 'queued' && !(await stored(() => live.run.enter('running')))) return stopped();
    const explanation = await live.explain({ cell, role }, monitor.engine.containers);
    // What was cut off would be taken for all there is.
    if (live.stopping !== null) return stopped();
    if (foundNothing(explanation)) {
      await monitor.check();
      if (monitor.engine === null && live.mayTryAgain(`${cell.id} explained`)) return 'again';
    }
    return (await keep(explanation)) ? 'done' : stopped();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const bug = error instanceof Error ? error.stack : undefined;
    log.error({ run: live.id, cell: cell.id, reason, bug }, 'a cell could not be explained');
    return (await keep(unexplained(role, `it could not be looked into: ${reason}`))) ? 'done' : stopped();
  }
}

const foundNothing = ({ findings, comparisons }: Explanation): boolean =>
  findings.length === 0 && comparisons.length === 0;
