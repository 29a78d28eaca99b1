import type { CellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord } from '../../domain/run/record.ts';
import { joinNames } from '../../domain/names.ts';
import { nameRanges } from '../text/release-names.ts';
import { loopNames } from './loop-name.ts';
import { groupByVerdict, describeGroup, type VerdictGroup } from './verdict-groups.ts';
import { hasLoops, loopViews, type LoopView } from './loop-views.ts';

/** The clauses of a sentence about the loops of a run. */
export interface LoopClauses {
  /** `line 4 leaks 64 bytes per iteration (native) on 2.7.4 and is clean on 3.1.2`: worst first. */
  readonly clauses: readonly string[];
  /** Cells that the loops do not cover: not measured, or with a verdict that none of their loops has. */
  readonly beside: readonly CellRecord[];
  /** Whether every loop was judged on every ruby and is clean. */
  readonly allClean: boolean;
  /** Whether at least one loop leaks; bounds of others are left to the table. */
  readonly leaks: boolean;
}

/** Loops with the same result. */
interface Statement {
  readonly loops: readonly LoopView[];
  readonly parts: readonly VerdictGroup[];
}

const RANKS: Readonly<Record<VerdictGroup['kind'], number>> = {
  leak: 0,
  inconclusive: 2,
  clean: 3,
  unjudged: 4,
};

/**
 * Makes the clauses about a run's loops.
 * @param rubies whether rubies are named, or known to the reader
 */
export function loopClauses(
  cells: readonly CellRecord[],
  listed: readonly string[],
  rubies: 'named' | 'unnamed' = 'named',
): LoopClauses {
  const views = loopViews(cells, listed);
  const beside = cells.filter((cell) => !isCoveredByLoops(cell));
  const leaks = views.some((loop) => groupByVerdict(loop).some(({ kind }) => kind === 'leak'));
  const statements = merged(views).toSorted((a, b) => rank(a.parts) - rank(b.parts));
  const withLoops = cells.filter(hasLoops).map(({ id }) => id);
  const scope = new Scope(withLoops, cells.length > withLoops.length, listed);
  const clauses = statements.map(({ loops, parts }) => {
    const isOne = loops.length === 1;
    const texts = parts.map(
      (part) => `${describeGroup(part, isOne, !leaks)}${rubies === 'named' ? scope.suffix(part) : ''}`,
    );
    return `${loopNames(loops)} ${joinNames(texts)}`;
  });
  const allClean =
    beside.length === 0 && statements.every(({ parts }) => parts.every(({ kind }) => kind === 'clean'));
  return { clauses, beside, allClean, leaks };
}

function isCoveredByLoops(cell: CellRecord): boolean {
  if (!hasLoops(cell)) return false;
  if (cell.verdict === 'clean') return cell.loops.some(({ verdict }) => verdict !== null);
  return cell.loops.some(({ verdict }) => verdict === cell.verdict);
}

/** Merges loops that showed the same on the same rubies; the weakest of their bounds holds for all. */
function merged(views: readonly LoopView[]): readonly Statement[] {
  const byStatement = Map.groupBy(views, (loop) =>
    JSON.stringify(
      groupByVerdict(loop).map((part) => [
        describeGroup(part, true, false),
        part.loops.map(({ cell }) => cell),
      ]),
    ),
  );
  return [...byStatement.values()].map((loops) => {
    const columns = loops.map(groupByVerdict);
    const parts = (columns[0] ?? []).map(({ kind }, index) => ({
      kind,
      loops: columns.flatMap((column) => column[index]?.loops ?? []),
    }));
    return { loops, parts };
  });
}

/** Ranks leaks of some rubies before leaks of all, since people ask which ones. */
function rank(parts: readonly VerdictGroup[]): number {
  const worst = Math.min(...parts.map(({ kind }) => RANKS[kind]));
  return parts.every(({ kind }) => kind === 'leak') ? 1 : worst;
}

/** Names the rubies of a statement as briefly as the statements before allow. */
class Scope {
  readonly #named = new Set<CellId>();
  readonly #cells: readonly CellId[];
  readonly #others: boolean;
  readonly #listed: readonly string[];

  /**
   * @param others whether there are cells without loops
   */
  constructor(cells: readonly CellId[], others: boolean, listed: readonly string[]) {
    this.#cells = cells;
    this.#others = others;
    this.#listed = listed;
  }

  suffix({ kind, loops }: VerdictGroup): string {
    const its = new Set(loops.map(({ cell }) => cell));
    const isAll = this.#cells.every((cell) => its.has(cell));
    if (isAll && this.#cells.every((cell) => this.#named.has(cell))) {
      if (kind === 'clean' || kind === 'unjudged' || this.#cells.length === 1) return '';
      return this.#others ? ' on every ruby that was measured' : ' on every ruby';
    }
    for (const cell of its) this.#named.add(cell);
    return ` on ${joinNames(nameRanges([...its], this.#listed))}`;
  }
}
