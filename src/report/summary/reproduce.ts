import type { BisectRecord } from '../../domain/bisect/bisect-record.ts';
import { splitCellId } from '../../domain/cell/cell-id.ts';
import type { CellRecord, RunRecord } from '../../domain/run/record.ts';
import { commandLine, type Asked } from '../text/command-line.ts';
import { loopNames } from '../loops/loop-name.ts';
import { namesLoops, loopViews } from '../loops/loop-views.ts';
import { orderedCells } from '../../domain/run/ordered-cells.ts';

/** Writes the command line that runs the same again. */
export function reproduceCommand(run: RunRecord, other: Pick<Asked, 'explain' | 'command'> = {}): string {
  const { images } = run.options;
  const more = { explain: run.options.explain, ...other };
  if (run.bisect !== null && run.bisect.commits !== null) {
    const rubies = run.bisect.gem === null ? [] : searchedNames(run.bisect);
    return commandLine(run, { verb: 'bisect', rubies, ...more });
  }
  if (run.bisect !== null)
    return commandLine(run, { verb: 'bisect', rubies: searchedNames(run.bisect), ...more });
  return commandLine(run, { verb: 'run', rubies: rubiesOf(orderedCells(run)), images, ...more });
}

/** Names the releases of a search as a range, from the first to the last. */
function searchedNames({ candidates }: BisectRecord): readonly string[] {
  const names = [...new Set(candidates.map((id) => splitCellId(id).ruby))];
  const [first, last] = [names[0], names.at(-1)];
  return first === undefined || last === undefined || first === last ? names : [`${first}..${last}`];
}

/** Lists the rubies of the matrix among the cells; the user's own images have their own. */
export const rubiesOf = (cells: readonly CellRecord[]): readonly string[] => [
  ...new Set(cells.filter(({ settings }) => settings.image === undefined).map(({ ruby }) => ruby)),
];

/** Describes what was measured and how, in a few sentences. */
export function howMeasured(run: RunRecord): string {
  const unit = namesLoops(run.cells) ? 'the iterations of each loop' : 'the innermost iteration';
  return (
    `Each ruby ran ${loopWords(run)} in a fresh container without network, for ${run.options.budgetSeconds} ` +
    'seconds of looping at most. At checkpoints between iterations, after two full GCs, the bytes of all live ' +
    `malloc blocks and of all live slots were read from outside the process; the slope is over ${unit}, ± its ` +
    'interval. A leak was seen again in a second container before it was called one, unless its row says otherwise.'
  );
}

function loopWords({ loop, cells, listed }: RunRecord): string {
  if (namesLoops(cells))
    return `the script, with the iterations of ${loopNames(loopViews(cells, listed))} counted,`;
  if (loop === null) return 'the script’s loop';
  if (loop.kinds.at(-1) === 'body') return 'the script’s body again and again';
  const { line, unitLine } = loop;
  if (line === null) return 'the script’s loop';
  return unitLine === null || unitLine === line
    ? `the script’s loop at line ${line}`
    : `the script’s loop at line ${line} (innermost iteration: line ${unitLine})`;
}
