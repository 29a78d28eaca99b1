import type { CellId } from './cell-id.ts';
import type { BlockHistogram, Sample } from './sample.ts';

/** Samples of one container of a cell: `measure`, or `confirm` for the run that confirms a leak. */
export interface StoredTrace {
  readonly cell: CellId;
  readonly ruby: string;
  readonly pass: 'measure' | 'confirm';
  readonly samples: readonly Sample[];
  readonly histograms: readonly BlockHistogram[];
}
