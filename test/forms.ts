import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CellRecord, LoopRecord } from '../src/domain/run/record.ts';

/** What must be reported about a loop, or about a whole cell. */
interface Wanted {
  readonly verdict?: string;
  readonly cause?: string;
  /** Bytes per iteration of this loop; within 3 % unless `within` says otherwise. */
  readonly bytes?: number;
  /** Objects per iteration. */
  readonly slots?: number;
  readonly within?: number;
  readonly outcome?: string;
}
type PerRuby = Readonly<Record<string, Wanted>>;

/** What must be said of a script in the shape that people post: test/corpus/forms/expected.json. */
export interface Form {
  readonly args?: readonly string[];
  readonly cell?: PerRuby;
  readonly loops?: Readonly<Record<string, PerRuby>>;
  readonly tests?: Readonly<Record<string, PerRuby>>;
}

export const loadForms = async (folder: string): Promise<Readonly<Record<string, Form>>> =>
  JSON.parse(await readFile(join(folder, 'expected.json'), 'utf8')) as Readonly<Record<string, Form>>;

const wantedOn = (perRuby: PerRuby, ruby: string): Wanted => perRuby[ruby] ?? perRuby['*'] ?? {};

/** Lists what a cell reports wrongly; empty where all of it is right. */
export function mistakesOf(form: Form, cell: CellRecord): readonly string[] {
  const { ruby } = cell;
  return [
    ...(form.cell === undefined || form.args !== undefined
      ? []
      : compare('cell', cell, wantedOn(form.cell, ruby))),
    ...Object.entries(form.loops ?? {}).flatMap(([line, perRuby]) =>
      compareWorst(
        `line ${line}`,
        cell.loops.filter((loop) => loop.line === Number(line)),
        wantedOn(perRuby, ruby),
      ),
    ),
    ...Object.entries(form.tests ?? {}).flatMap(([test, perRuby]) =>
      compareWorst(
        test,
        cell.loops.filter(({ context }) => context === test),
        wantedOn(perRuby, ruby),
      ),
    ),
  ];
}

const RANK = ['leak', 'inconclusive', 'clean'];
const rank = ({ verdict }: LoopRecord): number => (verdict === null ? 9 : RANK.indexOf(verdict));

function compareWorst(name: string, loops: readonly LoopRecord[], wanted: Wanted): readonly string[] {
  const [worst] = [...loops].sort((a, b) => rank(a) - rank(b));
  return worst === undefined ? [`${name} is not told of`] : compare(name, worst, wanted);
}

function compare(
  name: string,
  found: Pick<CellRecord, 'verdict' | 'cause' | 'growth' | 'message'> & { readonly outcome?: unknown },
  wanted: Wanted,
): readonly string[] {
  const mistakes: string[] = [];
  const told = `${String(found.verdict)} ${found.cause ?? ''} (${found.message ?? ''})`;
  if (wanted.outcome !== undefined && found.outcome !== wanted.outcome)
    mistakes.push(`${name}: ${String(found.outcome)}`);
  if (wanted.verdict !== undefined && found.verdict !== wanted.verdict) mistakes.push(`${name}: ${told}`);
  else if (wanted.cause !== undefined && found.cause !== wanted.cause) mistakes.push(`${name}: ${told}`);
  const { bytes, slots, within = 0.03 } = wanted;
  const off = (value: number | undefined, right: number): boolean =>
    Math.abs((value ?? 0) - right) > Math.max(within, 0.03) * right;
  if (bytes !== undefined && off(found.growth?.malloc.perIteration, bytes))
    mistakes.push(
      `${name}: ${found.growth?.malloc.perIteration.toFixed(2)} bytes per iteration, not ${bytes}`,
    );
  if (slots !== undefined && off(found.growth?.liveSlots.perIteration, slots))
    mistakes.push(
      `${name}: ${found.growth?.liveSlots.perIteration.toFixed(3)} slots per iteration, not ${slots}`,
    );
  return mistakes;
}
