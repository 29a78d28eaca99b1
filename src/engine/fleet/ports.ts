import type { CellId } from '../../domain/cell/cell-id.ts';
import type { Explanation } from '../../domain/leak/explanation.ts';
import type { CellRepeats } from '../../domain/measurement/repeats.ts';
import type { Note } from '../../protocol/schemas/fleet-schema.ts';
import type { CellJob, CellWatcher, ExplainJob, MeasuredCell, RepeatJob } from '../cell-runner.ts';

/** What a worker is asked to do. */
export type Work =
  | { readonly kind: 'measure'; readonly job: CellJob; readonly watcher: CellWatcher }
  | { readonly kind: 'explain'; readonly job: ExplainJob }
  | { readonly kind: 'repeat'; readonly job: RepeatJob };

/** What it has found. */
export type Found =
  | {
      readonly kind: 'measure';
      readonly measured: MeasuredCell;
      /** Architecture of the worker. */
      readonly arch: string;
    }
  | { readonly kind: 'explain'; readonly explanation: Explanation }
  | { readonly kind: 'repeat'; readonly repeats: readonly (readonly [CellId, CellRepeats])[] }
  /** A bug. */
  | { readonly kind: 'failed'; readonly reason: string };

/** Carries notes of hand-outs to whoever takes them. It may lose them, and bring them twice. */
export interface Carrier {
  /**
   * Puts a note into a queue.
   * @throws where it is not there for certain
   */
  push(queue: string, attempt: string, note: Note): Promise<void>;
  /**
   * Finds out whether a note still waits, was taken from the queue, or is not there any more.
   * @throws where that cannot be known now
   */
  whereabouts(queue: string, attempt: string): Promise<'waits' | 'taken' | 'gone'>;
  /** Removes a note that nobody has taken. Never rejects. */
  drop(queue: string, attempt: string): Promise<void>;
}
