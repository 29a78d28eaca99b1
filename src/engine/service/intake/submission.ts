import type { RunRecord } from '../../../domain/run/record.ts';
import type { Ruby } from '../../../domain/ruby/ruby.ts';
import type { RunRequest } from '../../plan/run-request.ts';
import type { Refusal } from './admission.ts';

/** A request for a run. */
export interface Submission {
  /** The request; `rubies` null: none were named, so the defaults are meant. */
  readonly request: Omit<RunRequest, 'rubies' | 'notes'> & { readonly rubies: readonly Ruby[] | null };
  /** Client whose turns in the queue it takes. */
  readonly client: string;
  /** Owner of the idempotency key. */
  readonly owner: string;
  readonly idempotencyKey: string | null;
}

/** A run as the service knows it. */
export interface RunView {
  readonly run: RunRecord;
  /** How often measuring was started: more than 1 if the service crashed during the run. */
  readonly attempts: number;
  /** Position in the queue, from 1; null when none of its cells waits. */
  readonly queuePosition: number | null;
}

export type Submitted =
  /** `repeated`: the key was used before, for the same request; `cached`: a finished run answers it. */
  | { readonly kind: 'accepted' | 'repeated' | 'cached'; readonly view: RunView }
  | { readonly kind: 'refused'; readonly refusal: Refusal };
