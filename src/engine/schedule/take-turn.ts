import { messageOf } from '../../domain/message-of.ts';
import type { Explanation } from '../../domain/leak/explanation.ts';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellRepeats } from '../../domain/measurement/repeats.ts';
import type { Configuration } from '../../domain/cell/configuration.ts';
import type { CellJob } from '../cell-runner.ts';
import type { RepeatGroup } from '../compare/due.ts';
import type { Due } from '../explain/choose.ts';
import { unexplained } from '../explain/unexplained.ts';
import type { SchedulerParts } from './ports.ts';
import type { ScheduledRun, Work } from './scheduled-run.ts';

/**
 * Result of a turn: the work is `done`, returns to the queue (`again`), waits for the next start of the
 * service (`later`), or ends its run (`end`).
 */
export type Turn = 'done' | 'again' | 'later' | 'end';

const AGAIN = 'it could not be measured just now and will be measured again';

/**
 * Measures, compares or explains one cell, and stores the result. Never rejects.
 * @param spare cells that could be measured besides
 */
export async function takeTurn(
  run: ScheduledRun,
  work: Work,
  parts: SchedulerParts,
  spare: number,
): Promise<Turn> {
  const { engine, keeper } = parts;
  if (!engine.isUp) return 'again';
  const { cell, role, group } = work;
  try {
    const begun = run.record.state !== 'queued' || (await keeper.store(run, () => run.run.enter('running')));
    if (!begun) return unstored(run, work);
    if (group !== null) return await compare(run, { ...work, group }, parts, spare);
    return role === null ? await measure(run, cell, parts) : await explain(run, { ...work, role }, parts);
  } catch (error) {
    return afterError(run, work, error, parts).catch((another: unknown) =>
      keeper.survives(run, work, another) ? 'done' : 'end',
    );
  }
}

async function measure(run: ScheduledRun, cell: Configuration, parts: SchedulerParts): Promise<Turn> {
  const { engine, keeper, runner } = parts;
  const measured = await runner.measure(await run.jobOf(cell), run.run.watcherOf(cell), run.signal);
  const { outcome, message } = measured.cell;
  if (outcome === 'cancelled' && run.stopping === 'drain') return 'later';
  if (outcome === 'engine-error') {
    // Checks the engine first: if it is lost, the queue pauses before the next turn.
    await engine.check();
    await engine.cleanUp();
    if (requeue(run, cell, message ?? AGAIN, parts)) return 'again';
  }
  if (!(await keeper.store(run, () => run.run.keep(measured))))
    return unstored(run, { cell, role: null, group: null });
  keeper.measured(run, measured);
  return 'done';
}

async function compare(
  run: ScheduledRun,
  work: Work & { readonly group: RepeatGroup },
  { engine, keeper, runner, mostTries }: SchedulerParts,
  spare: number,
): Promise<Turn> {
  const jobs = new Map<CellId, CellJob>();
  for (const cell of run.plan.cells)
    if (work.group.includes(cell.id)) jobs.set(cell.id, await run.jobOf(cell));
  const cells = run.run.comparing(work.group).flatMap((measured) => {
    const job = jobs.get(measured.id);
    return job === undefined ? [] : [{ job, measured }];
  });
  const found = await runner.repeat({ cells, sideBySide: 1 + Math.max(0, spare) }, run.signal);
  // A partial result would look like a complete one.
  if (run.stopping !== null) return unstored(run, work);
  if (found.some(([, { measured }]) => measured.length === 0) && !(await engine.check())) {
    if (run.mayTryAgain(`${work.cell.id} compared`, mostTries)) return 'again';
  }
  return (await keeper.store(run, () => run.run.keepRepeats(found))) ? 'done' : unstored(run, work);
}

async function explain(
  run: ScheduledRun,
  work: Work & Pick<Due, 'role'>,
  parts: SchedulerParts,
): Promise<Turn> {
  const { cell, role, comparedWith = [] } = work;
  const { engine, keeper, runner, mostTries } = parts;
  const job = run.run.explaining(await run.jobOf(cell), role, comparedWith);
  const explanation = await runner.explain(job, run.signal);
  // A comparison that was cut off would look complete.
  if (run.stopping !== null) return unstored(run, work);
  if (foundNothing(explanation) && !(await engine.check())) {
    if (run.mayTryAgain(`${cell.id} explained`, mostTries)) return 'again';
  }
  const keep = (): Promise<void> => run.run.keepExplanation(cell.id, explanation);
  return (await keeper.store(run, keep)) ? 'done' : unstored(run, work);
}

/** Result of containers that gave none. */
const NOT_REPEATED: CellRepeats = { loop: { line: 1, kind: '', context: null }, measured: [] };

const foundNothing = ({ findings, comparisons, made }: Explanation): boolean =>
  findings.length === 0 && comparisons.length === 0 && made === undefined;

/** Handles work whose result could not be stored because the run was stopped. */
function unstored(run: ScheduledRun, { cell, role, group }: Work): Turn {
  if (run.stopping === 'drain') return 'later';
  if (role === null && group === null)
    run.run.abandonCell(cell.id, 'cancelled', 'cancelled', 'cancelled before it could be stored');
  return 'done';
}

async function afterError(
  run: ScheduledRun,
  work: Work,
  error: unknown,
  parts: SchedulerParts,
): Promise<Turn> {
  const { cell, role, group } = work;
  if (!parts.keeper.survives(run, work, error)) return 'end';
  if (group !== null) {
    const keep = (): Promise<void> => run.run.keepRepeats(group.map((id) => [id, NOT_REPEATED] as const));
    return (await parts.keeper.store(run, keep)) ? 'done' : unstored(run, work);
  }
  const reason = messageOf(error);
  if (role !== null) {
    const nothing = unexplained(role, `it could not be explained: ${reason}`);
    const keep = (): Promise<void> => run.run.keepExplanation(cell.id, nothing);
    return (await parts.keeper.store(run, keep)) ? 'done' : unstored(run, work);
  }
  if (requeue(run, cell, AGAIN, parts)) return 'again';
  if (run.stopping === 'cancel') run.run.abandonCell(cell.id, 'cancelled', 'cancelled', reason);
  else run.run.abandonCell(cell.id, 'engine-error', 'internal', reason);
  return 'done';
}

function requeue(
  run: ScheduledRun,
  { id }: Configuration,
  why: string,
  { mostTries }: SchedulerParts,
): boolean {
  if (run.stopping === 'cancel' || !run.mayTryAgain(id, mostTries)) return false;
  run.run.requeue(id, why);
  return true;
}
