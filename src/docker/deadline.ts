import pTimeout from 'p-timeout';

/** Error of a deadline that passed, with the code that sockets use. */
class DeadlineError extends Error {
  override readonly name = 'DeadlineError';
  readonly code = 'ETIMEDOUT';
}

/** Settles as `work` does, or rejects with code ETIMEDOUT after `ms`. `work` continues unobserved. */
export function withDeadline<T>(work: Promise<T>, ms: number, what: string): Promise<T> {
  const message = new DeadlineError(`${what}: no answer in ${ms / 1000} s`);
  return pTimeout(work, { milliseconds: ms, message });
}
