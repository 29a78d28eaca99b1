import { cellId, splitCellId, type CellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { commandLine, type Asked } from '../text/command-line.ts';
import { namesLoops, loopViews } from '../loops/loop-views.ts';
import { inOrder, orderedCells } from '../../domain/run/ordered-cells.ts';
import { releases } from '../text/release-names.ts';
import { reproduceCommand, rubiesOf } from './reproduce.ts';

/** A command that is worth running next, and what for. */
export interface Hint {
  /** `To name what leaks` */
  readonly lead: string;
  readonly command: string;
}

/** Writes a hint out: `To name what leaks: matrix explain …`. */
export const hintText = ({ lead, command }: Hint): string => `${lead}: ${command}`;

/**
 * Suggests the command that finds a boundary, where the verdict flips between two measured releases with
 * unmeasured ones in between; null where there is nothing to find.
 */
export function boundaryHint(run: RunRecord, command?: string): Hint | null {
  const gaps = run.bisect === null ? unrunGaps(run.cells, run.listed) : [];
  if (gaps.length === 0) return null;
  return {
    lead: 'To find where it changes',
    command: commandLine(run, { verb: 'bisect', rubies: gaps, ...named(command) }),
  };
}

/** Picks the newest of these cells; of one ruby, the one with standard settings. */
export function newestPlain(cells: readonly CellRecord[]): CellRecord | undefined {
  const newest = cells.at(-1);
  return cells.find(({ ruby }) => ruby === newest?.ruby) ?? newest;
}

/**
 * Suggests the command that explains the newest leaking ruby; null where none leaks, or one was explained.
 */
export function explainHint(run: RunRecord, command?: string): Hint | null {
  const leaking = orderedCells(run).filter((cell) => cell.verdict === 'leak');
  const newest = newestPlain(leaking);
  if (newest === undefined || leaking.some((cell) => cell.explanation !== null)) return null;
  if ((run.bisect?.commits ?? null) !== null)
    return {
      lead: 'To name what leaks',
      command: reproduceCommand(run, { explain: true, ...named(command) }),
    };
  return { lead: 'To name what leaks', command: explainCommand(run, newest, named(command)) };
}

/** Suggests the command that keeps the heap dumps of an explained leak of objects; null where there is none. */
export function heapDumpsHint(run: RunRecord): Hint | null {
  const explained = orderedCells(run).filter(
    ({ explanation }) => explanation?.findings.some(({ kind }) => kind === 'objects') === true,
  );
  const newest = newestPlain(explained);
  if (newest === undefined) return null;
  return {
    lead: 'To look into heap dumps of it with sheap',
    command: explainCommand(run, newest, { heapDumps: 'dumps' }),
  };
}

/** Writes the command that explains one cell. */
function explainCommand(
  run: RunRecord,
  cell: CellRecord,
  more: Pick<Asked, 'command' | 'heapDumps'>,
): string {
  return commandLine(run, {
    verb: 'explain',
    rubies: rubiesOf([cell]),
    images: cell.settings.image === undefined ? [] : run.options.images,
    variant: cell.settings.script,
    settings: cell.settings,
    ...more,
  });
}

const named = (command: string | undefined): { readonly command?: string } =>
  command === undefined ? {} : { command };

/**
 * Finds neighbours of the same settings of which one leaks and the other is clean, in listed order: `[2.4.3,
 * 2.4.10]`. Where a script has several loops, each is considered separately.
 */
export function findFlips(
  cells: readonly CellRecord[],
  listed: readonly string[],
): readonly (readonly [CellRecord, CellRecord])[] {
  const plain = new Set(releases(listed));
  const ordered = inOrder(
    cells.filter((cell) => plain.has(cell.ruby)),
    listed,
  );
  const bySettings = [...Map.groupBy(ordered, ({ id }) => splitCellId(id).suffix).values()];
  const pairs = verdictsOf(cells, listed).flatMap((verdicts) =>
    bySettings.flatMap((alike) => {
      const judged = alike.filter(({ id }) => ['leak', 'clean'].includes(verdicts.get(id) ?? ''));
      return judged.flatMap((cell, index) => {
        const next = judged[index + 1];
        return next !== undefined && verdicts.get(next.id) !== verdicts.get(cell.id)
          ? [[cell, next] as const]
          : [];
      });
    }),
  );
  const unique = new Map(pairs.map((pair) => [pair.map(({ id }) => id).join(' '), pair]));
  return [...unique.values()].toSorted(([a], [b]) => ordered.indexOf(a) - ordered.indexOf(b));
}

/** Collects the verdicts by cell: of every loop where there are several, else of the cells. */
function verdictsOf(
  cells: readonly CellRecord[],
  listed: readonly string[],
): readonly ReadonlyMap<CellId, CellRecord['verdict']>[] {
  if (!namesLoops(cells)) return [new Map(cells.map(({ id, verdict }) => [id, verdict]))];
  return loopViews(cells, listed).map(
    ({ onCells }) => new Map(onCells.map(({ cell, verdict }) => [cell, verdict])),
  );
}

function unrunGaps(cells: readonly CellRecord[], listed: readonly string[]): readonly string[] {
  const run = new Set<string>(cells.map((cell) => cell.id));
  const all = releases(listed);
  const gaps: [first: string, last: string][] = [];
  for (const [before, after] of findFlips(cells, listed)) {
    const between = all.slice(all.indexOf(before.ruby) + 1, all.indexOf(after.ruby));
    if (between.every((name) => run.has(cellId(name, before.settings)))) continue;
    const last = gaps.at(-1);
    // The ends are known, so they need not be measured again.
    if (last?.[1] === before.ruby) last[1] = after.ruby;
    else gaps.push([before.ruby, after.ruby]);
  }
  return [...new Set(gaps.map(([first, last]) => `${first}..${last}`))];
}
