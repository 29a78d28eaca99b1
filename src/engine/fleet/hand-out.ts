import type { Note } from '../../protocol/schemas/fleet-schema.ts';
import type { Clock } from '../ports.ts';
import type { Carrier, Found, Work } from './ports.ts';

/** A piece of work on its way to a worker, or with one. */
export interface HandOut {
  readonly work: Work;
  /** Chooses its queue; null: there is no worker for it now. Asked before every attempt. */
  readonly route: () => string | null;
  readonly note: Note;
  /** Secret of the present attempt: only with it a result counts. */
  attempt: string;
  /** Queue that it was pushed to; null: it waits for room. */
  queue: string | null;
  /** When that was. */
  pushedAt: number;
  /** Since when no worker is there for it, while others are; null: there is one, or there is none at all. */
  stuckSince: number | null;
  /** Called when that begins. */
  readonly onStuck: () => void;
  /** Worker that has it. */
  worker: string | null;
  /** How often a worker was lost with it. */
  losses: number;
  /** Cells of earlier runs that the worker was shown, by fingerprint: the runs that measured them. */
  readonly shown: Map<string, string>;
  readonly settle: (found: Settled) => void;
}

/** What became of a hand-out: what was found, or that workers were lost with it, or that there was none for it. */
export type Settled = Found | 'lost-too-often' | 'no-worker';

export interface HandOutsParts {
  readonly carrier: Carrier;
  readonly clock: Clock;
  /** Makes the secret of an attempt. */
  readonly newAttempt: () => string;
  /** Most notes that may wait in a queue. */
  readonly room: (queue: string) => number;
  /** Whether a worker has taken the note from its queue and still has it. */
  readonly isHeld: (attempt: string) => boolean;
  /** Whether some worker can measure anything now. */
  readonly isAnybodyAble: () => boolean;
  /** Called when what a worker has is not wanted any more. */
  readonly onVoid: (worker: string, attempt: string) => void;
}

/** What has become of hand-outs. */
export interface HandOutCounts {
  readonly handedOut: number;
  /** Attempts that ended with their worker, or on the way to one. */
  readonly lost: number;
  /** Results that came too late, twice, or from somebody else. */
  readonly late: number;
}

/** Describes a piece of work for Redis. */
export function noteOf({ kind, job }: Work): Note {
  const cell = kind === 'measure' ? job : kind === 'explain' ? job.cell : job.cells[0]?.job;
  return { kind, run: cell?.runId ?? '', cell: (cell?.configuration.id ?? '').slice(0, 2000) };
}
