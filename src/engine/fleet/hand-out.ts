import type { Note } from '../../protocol/schemas/fleet-schema.ts';
import type { Found, Work } from './ports.ts';

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
  /** Worker that has it. */
  worker: string | null;
  /** How often a worker was lost with it. */
  losses: number;
  /** Cells of earlier runs that the worker was shown, by fingerprint: the runs that measured them. */
  readonly shown: Map<string, string>;
  readonly settle: (found: Found | 'lost-too-often') => void;
}

/** Describes a piece of work for Redis. */
export function noteOf({ kind, job }: Work): Note {
  const cell = kind === 'measure' ? job : kind === 'explain' ? job.cell : job.cells[0]?.job;
  return { kind, run: cell?.runId ?? '', cell: (cell?.configuration.id ?? '').slice(0, 2000) };
}
