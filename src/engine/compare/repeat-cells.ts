import PQueue from 'p-queue';
import { comparedLoops, type ComparedLoop } from '../../analysis/compare/common-loop.ts';
import { isEnough } from '../../analysis/compare/enough.ts';
import { readRepeat } from '../../analysis/compare/read-repeat.ts';
import { iterationsOf } from '../../analysis/loops/counts.ts';
import { POLICY } from '../../analysis/policy.ts';
import { refuse, type Refused } from '../../domain/result.ts';
import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellRepeats, Repeat } from '../../domain/measurement/repeats.ts';
import type { CellJob, RepeatJob } from '../cell-runner.ts';
import { focusOnLoop } from '../explain/focus.ts';
import { labelsOf } from '../measure/cell-labels.ts';
import type { Measuring } from '../measure/measure-cell.ts';
import { runPass } from '../measure/pass.ts';
import { prepareCell } from '../measure/prepare-cell.ts';
import { EngineError, type PreparedImage } from '../ports.ts';
import { spacingFor, turnsOf, type Turns } from './turns.ts';

/** A cell that takes its turns. */
interface Repeated extends ComparedLoop {
  readonly job: CellJob;
  readonly image: PreparedImage;
  readonly found: Repeat[];
  /** Distance of its checkpoints, in percent of the usual; smaller where a container had too few. */
  spacingPercent: number;
}

/** Factor by which checkpoints become closer. */
const CLOSER = 8;
/** Most rounds of a comparison. */
const MOST_ROUNDS = 8;

/**
 * Runs the cells of a comparison in turns (A B, B A, …), each time in a fresh container and for the same iterations,
 * until the differences are known. Failed containers are left out; only bugs are thrown.
 */
export async function repeatCells(
  { cells, sideBySide }: RepeatJob,
  measuring: Omit<Measuring, 'known'>,
  signal: AbortSignal,
): Promise<readonly (readonly [CellId, CellRepeats])[]> {
  const [base, ...others] = cells.map(({ measured }) => measured);
  if (base === undefined) return [];
  const compared = comparedLoops(base, others);
  const ready = await prepared(compared, cells, measuring, signal);
  const [first] = cells;
  if (first !== undefined && ready.length === compared.length) {
    const { limits, options } = first.job;
    const turns = turnsOf(
      compared.map(({ loop }) => loop),
      limits,
      options.budgetSeconds,
    );
    await takeTurns(ready, turns, sideBySide, measuring, signal);
  }
  return compared.map(({ cell, loop: { line, kind, context } }) => {
    const found = ready.find((one) => one.cell === cell)?.found ?? [];
    return [cell.id, { loop: { line, kind, context }, measured: found }] as const;
  });
}

/**
 * Finds the images of the cells, which exist already; cells whose image was removed meanwhile are left out.
 */
async function prepared(
  compared: readonly ComparedLoop[],
  cells: RepeatJob['cells'],
  { containers }: Pick<Measuring, 'containers'>,
  signal: AbortSignal,
): Promise<readonly Repeated[]> {
  const ready: Repeated[] = [];
  for (const one of compared) {
    const job = cells.find(({ measured }) => measured.id === one.cell.id)?.job;
    if (job === undefined || signal.aborted) continue;
    const image = await prepareCell(job, containers, () => undefined, signal).catch(refused);
    if (image.ok) ready.push({ ...one, job, image: image.value, found: [], spacingPercent: 100 });
  }
  return ready;
}

/** Turns an error of the engine into a missing result; other errors are thrown. */
function refused(error: unknown): Refused {
  if (error instanceof EngineError) return refuse(error.message);
  throw error;
}

async function takeTurns(
  cells: readonly Repeated[],
  turns: Turns,
  sideBySide: number,
  measuring: Omit<Measuring, 'known'>,
  signal: AbortSignal,
): Promise<void> {
  const queue = new PQueue({ concurrency: sideBySide });
  for (const cell of cells) cell.spacingPercent = spacingFor(cell.loop, turns);
  for (let round = 0; round < MOST_ROUNDS && !signal.aborted; round += 1) {
    const order = round % 2 === 0 ? cells : cells.toReversed();
    await queue.addAll(order.map((cell) => () => takeTurn(cell, turns, round, measuring, signal)));
    if (isEnough(cells.map(({ found }) => found))) return;
  }
}

/**
 * Runs a cell's turn. A loop that is faster than before has too few checkpoints, so it is run once more with
 * closer ones, as are its later turns.
 */
async function takeTurn(
  cell: Repeated,
  turns: Turns,
  round: number,
  measuring: Omit<Measuring, 'known'>,
  signal: AbortSignal,
): Promise<void> {
  let found = await runTurn(cell, turns, round, measuring, signal);
  if (found === null && round === 0 && cell.spacingPercent > 1 && !signal.aborted) {
    cell.spacingPercent = Math.max(1, Math.round(cell.spacingPercent / CLOSER));
    found = await runTurn(cell, turns, round, measuring, signal);
  }
  if (found !== null) cell.found.push(found);
}

/** Runs one container of one cell; null where the engine refuses it or the script fails. */
async function runTurn(
  { cell, loop, job, image, spacingPercent }: Repeated,
  { iterations, budgetSeconds }: Turns,
  round: number,
  { containers, clock, onRemoval }: Omit<Measuring, 'known'>,
  signal: AbortSignal,
): Promise<Repeat | null> {
  const { focus, setUp, unit } = focusOnLoop(loop, job.loops, cell.loops);
  const plan = {
    ...job,
    options: { ...job.options, budgetSeconds },
    labels: labelsOf(job),
    image,
    focus: setUp ?? focus,
    confirming: false,
    policy: POLICY,
    seed: 11 + 101 * round,
    spacingPercent,
    enough: (samples: Parameters<typeof iterationsOf>[0]) => iterationsOf(samples, unit) >= iterations,
    onSample: () => undefined,
    onRemoval,
  };
  try {
    const { stretches } = await runPass(plan, containers, clock, signal);
    const longest = stretches.reduce<(typeof stretches)[number] | null>(
      (most, one) => (iterationsOf(one.samples, unit) > iterationsOf(most?.samples ?? [], unit) ? one : most),
      null,
    );
    return longest === null || signal.aborted ? null : readRepeat(longest.samples, unit);
  } catch (error) {
    if (error instanceof EngineError) return null;
    throw error;
  }
}
