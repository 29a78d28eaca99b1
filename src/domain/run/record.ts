import type { BisectRecord } from '../bisect/bisect-record.ts';
import type { AskedFolder } from '../ruby/ruby-folder.ts';
import type { CellCode } from '../measurement/cell-codes.ts';
import type { CellId } from '../cell/cell-id.ts';
import type { Explanation } from '../leak/explanation.ts';
import type { MeasureOptions } from './options.ts';
import type { LineSet } from './line-set.ts';
import type { CellDifference, CellRepeats } from '../measurement/repeats.ts';
import type { Environment, FailureKind, Host, Stage } from '../measurement/outcome.ts';
import type { Settings } from '../cell/settings.ts';
import type { Cause, Growth, Resident } from '../measurement/verdict.ts';

export type RunState = 'queued' | 'running' | 'done' | 'cancelled';
export type CellState = 'queued' | 'preparing' | 'measuring' | 'done';
export type VerdictKind = 'leak' | 'clean' | 'inconclusive';

/** Growth of the number of live blocks of one usable size. */
export interface BlockSizeGrowth {
  readonly bytes: number;
  readonly perIteration: number;
}

/** The loop that was measured, as found in the script. */
export interface MeasuredLoop {
  /** Line of the outermost loop; null where the body stands in for a loop. */
  readonly line: number | null;
  /** Line of the innermost loop: its iteration is the unit. */
  readonly unitLine: number | null;
  /** `times`, `loop`, `while`, `body` … from the outermost to the innermost. */
  readonly kinds: readonly string[];
  /** Lines of other loops in the script, which ran as written and were not judged. */
  readonly otherLines: readonly number[];
}

/** Result for one loop of the script, in one context. */
export interface LoopRecord {
  readonly line: number;
  readonly endLine: number;
  /** `times`, `loop`, `while`, `times.map`, `body` … */
  readonly kind: string;
  /** The method or test that it runs in, or the round of a table; null where there is nothing to distinguish. */
  readonly context: string | null;
  /** Iterations that were counted while it was judged. */
  readonly iterations: number;
  /** null where it was not judged: `message` says why (it never ran, or only three times). */
  readonly verdict: VerdictKind | null;
  readonly cause: Cause | null;
  /** Per iteration of this loop. */
  readonly growth: Growth | null;
  /** Bytes per iteration of this loop: the smallest leak that could not have been missed. */
  readonly smallestDetectable: number | null;
  readonly microsecondsPerIteration: number | null;
  /** Code of `message`, for programs. */
  readonly code: CellCode | null;
  readonly message: string | null;
  /** Unit that growth is counted by: `iteration of line 4`, `run of the script`. */
  readonly unit: string;
}

export interface CellRecord {
  /** Id of the cell: `3.4.10`, or `3.4.10+yjit` where it differs in more than its ruby. */
  readonly id: CellId;
  /** Name of its ruby in the matrix. */
  readonly ruby: string;
  /** Settings of the cell besides its ruby; empty where all are standard. */
  readonly settings: Settings;
  readonly state: CellState;
  /** null until the cell is done. */
  readonly outcome: 'measured' | FailureKind | null;
  readonly stage: Stage | null;
  readonly verdict: VerdictKind | null;
  readonly cause: Cause | null;
  readonly confidence: number | null;
  readonly growth: Growth | null;
  readonly iterations: number;
  readonly checkpoints: number;
  /** Wall seconds of the cell's containers, from start to end. */
  readonly seconds: number;
  readonly microsecondsPerIteration: number | null;
  readonly smallestDetectable: number | null;
  readonly blockSizes: readonly BlockSizeGrowth[];
  /** Resident memory that is not live; null where there is no verdict or it was not read. */
  readonly resident: Resident | null;
  /** True when a leak was seen again in a fresh container. */
  readonly confirmed: boolean;
  /**
   * Every loop that can run often, in the order of the source; verdict, cause, growth and iterations of the cell are
   * those of the worst of them. Empty in records of releases that judged one loop, and where nothing was measured.
   */
  readonly loops: readonly LoopRecord[];
  readonly environment: Environment | null;
  /** Where it was measured; null in older records, and where it did not start. */
  readonly host: Host | null;
  /** Code of `message`, for programs; null where there is none, and in records from before there were codes. */
  readonly code: CellCode | null;
  /** Evidence of a verdict, reason of an inconclusive one, or the error of a cell that was not measured. */
  readonly message: string | null;
  /** Line of the script that an error refers to. */
  readonly line: number | null;
  readonly warnings: readonly string[];
  readonly output: string;
  readonly outputDroppedBytes: number;
  /** What leaks, or what a clean ruby does there; null where the ruby was not explained. */
  readonly explanation: Explanation | null;
  /** Its containers that ran in turns with those of the cells it is compared with; null where it is not compared. */
  readonly repeats: CellRepeats | null;
  /** Hash of everything that decides what is measured; null where it is not known. */
  readonly fingerprint: string | null;
  /** The earlier run that measured it, and when that was made; null: this one. */
  readonly from: { readonly run: string; readonly at: string } | null;
}

/** Another script than the main one: the same without some of its lines, or one of its own. */
export interface ScriptVariant {
  /** Value of the setting `script` of its cells: `without-12`, `b.rb`. */
  readonly name: string;
  /** Lines of the main script that it does not have; null: it is another script. */
  readonly without: LineSet | null;
  /** Path of the other script, as the command line named it; null where it was not named by one. */
  readonly path: string | null;
  readonly script: { readonly name: string; readonly sha256: string; readonly text: string };
  readonly loop: MeasuredLoop | null;
}

/** A cell and the one it is compared with. */
export interface ComparedCell {
  readonly base: CellId;
  readonly cell: CellId;
  /** The loop of the base that both are compared by; null where there is none. */
  readonly loop: CellRepeats['loop'] | null;
  /** null where they can't be compared: `reason` says why. */
  readonly difference: CellDifference | null;
  readonly reason: string | null;
}

/** The record of a run: what `--format json`, `GET /runs/:id` and `results/RUN/run.json` hold. */
export interface RunRecord {
  readonly schema: 1;
  readonly id: string;
  readonly createdAt: string;
  readonly finishedAt: string | null;
  readonly state: RunState;
  /** Id of the run that this one was made from; null where it was made from none. */
  readonly basedOn: string | null;
  readonly script: { readonly name: string; readonly sha256: string; readonly text: string };
  readonly loop: MeasuredLoop | null;
  /** Scripts that ran beside `script`, to be compared with it; the setting `script` of a cell names one. */
  readonly variants: readonly ScriptVariant[];
  readonly options: MeasureOptions & {
    /** Path of the script as the command line named it; null where it came in another way. */
    readonly path: string | null;
    /** The script's ARGV. */
    readonly args: readonly string[];
    /** Folder whose files were beside the script, as the command line named it. */
    readonly workdirFrom: string | null;
    /** File of the matrix, as the command line named it; null for the one that is shipped. */
    readonly config: string | null;
    /** Images of the user's own, as the command line named them. */
    readonly images: readonly string[];
    /** Folders with an installed ruby. */
    readonly folders: readonly AskedFolder[];
    /** Working directory in the images, as the command line named it; null: their own. */
    readonly workdir: string | null;
    /**
     * Sandboxing runtime that was requested, by the command line, the service or its matrix; null: the engine's own.
     */
    readonly runtime: string | null;
  };
  /** Every name of the matrix, in its order: shows which gaps are releases that were not measured. */
  readonly listed: readonly string[];
  readonly sentence: string | null;
  /** What is different in each cell of a comparison; empty where a run compares nothing. */
  readonly comparison: readonly ComparedCell[];
  /** Ids of its cells, by verdict. */
  readonly leaking: readonly CellId[];
  readonly clean: readonly CellId[];
  readonly inconclusive: readonly CellId[];
  readonly unmeasured: readonly CellId[];
  readonly cells: readonly CellRecord[];
  /** The search for where leaks come and go; null where every cell was to be measured. */
  readonly bisect: BisectRecord | null;
  /** Notes for the reader that belong to no single cell. */
  readonly notes: readonly string[];
}
