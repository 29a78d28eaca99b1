import pTimeout from 'p-timeout';

/** What a deadline that passed rejects with; its code is the one sockets use. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly code = 'ETIMEDOUT';
}

/** Settles as `work` does, or rejects with code ETIMEDOUT after `ms`. `work` is left to itself then. */
export function withDeadline<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  const message = new DeadlineError(`${what}: no answer in ${ms / 1000} s`);
  return pTimeout(work, { milliseconds: ms, message });
}
