import type { CellId } from '../domain/cell/cell-id.ts';
import type { Configuration } from '../domain/cell/configuration.ts';
import type { Explanation } from '../domain/leak/explanation.ts';
import type { MeasureOptions } from '../domain/run/options.ts';
import type { CellRepeats } from '../domain/measurement/repeats.ts';
import type { Trace } from '../domain/measurement/outcome.ts';
import type { CellRecord, CellState } from '../domain/run/record.ts';
import type { Limits } from '../domain/ruby/ruby.ts';
import type { Sample, StoredTrace } from '../domain/measurement/sample.ts';
import type { ScriptLoop } from '../domain/loops/script-loop.ts';
import type { GemInstall } from './ports.ts';

/** One cell to measure: plain data, so that it can be measured anywhere. */
export interface CellJob {
  readonly runId: string;
  /** Client whose turns it takes. */
  readonly client?: string;
  readonly configuration: Configuration;
  /** A tar of the script and the files beside it. */
  readonly input: Uint8Array;
  readonly scriptName: string;
  readonly loops: readonly ScriptLoop[];
  readonly args: readonly string[];
  readonly limits: Limits;
  readonly options: MeasureOptions;
  /** Gems to install into its image; null: none. */
  readonly gems: GemInstall | null;
}

/** One measured cell to explain: plain data, too. */
export interface ExplainJob {
  readonly cell: CellJob;
  readonly role: Explanation['role'];
  readonly measured: CellRecord;
  /** Loops of the cell that leaks: a clean one is observed at the same place. */
  readonly subject: CellRecord['loops'];
  /** Number of the loop among them that is observed; absent: the one that leaks. */
  readonly observed?: number | undefined;
  /** For a comparison: what was found on the cells that leak, at the same lines of its own script. */
  readonly leaks: readonly Explanation[];
  /** For a comparison: ids of the cells whose leaks it is shown beside. */
  readonly comparedWith?: readonly CellId[] | undefined;
}

/** Cells that are compared, the base first. */
export interface RepeatJob {
  readonly cells: readonly { readonly job: CellJob; readonly measured: CellRecord }[];
  /** Containers that may run at the same time. */
  readonly sideBySide: number;
}

/** Result of a cell. */
export interface MeasuredCell {
  readonly cell: CellRecord;
  readonly traces: readonly (Pick<StoredTrace, 'pass' | 'bands'> & { readonly trace: Trace })[];
  /** Tag of the image that it ran in; null where it did not start. */
  readonly image: string | null;
  /** Debian package that contains what the script failed to load. */
  readonly offered?: string | null;
}

/** Receives the progress of a cell. */
export interface CellWatcher {
  state(state: CellState, detail: string | null): void;
  sample(sample: Sample, slope: number | null): void;
}

/**
 * Measures and explains cells, on this machine or another. A failing engine is an outcome; only bugs are
 * thrown.
 */
export interface CellRunner {
  measure(job: CellJob, watcher: CellWatcher, signal: AbortSignal): Promise<MeasuredCell>;
  explain(job: ExplainJob, signal: AbortSignal): Promise<Explanation>;
  /** Runs cells in turns, to find how they differ. */
  repeat(job: RepeatJob, signal: AbortSignal): Promise<readonly (readonly [CellId, CellRepeats])[]>;
  /** Settles when every container of a run was removed, or could not be: removal does not delay results. */
  removed(runId: string): Promise<void>;
  /** Begins nothing more, and returns a function that counts what was given to it and has not begun. */
  drain?(): () => number;
}
