type Progress = (line: string) => void;
type Work<T> = (progress: Progress, signal: AbortSignal) => Promise<T>;

interface Flight<T> {
  readonly result: Promise<T>;
  readonly listeners: Set<Progress>;
  /** The last line of progress, for callers that join later. */
  readonly latest: { readonly last: string | null };
  readonly controller: AbortController;
}

/**
 * Runs work of one key once at a time, shared by all callers that come while it is running. All of them
 * receive its progress; it is aborted when the last of them leaves.
 */
export class SingleFlight<T> {
  readonly #flights = new Map<string, Flight<T>>();

  /** Settles as `work` does; rejects with the signal's reason when this caller is aborted. */
  async run(key: string, work: Work<T>, progress: Progress, signal: AbortSignal): Promise<T> {
    signal.throwIfAborted();
    const flight = this.#flights.get(key) ?? this.#take(key, work);
    if (flight.latest.last !== null) progress(flight.latest.last);
    flight.listeners.add(progress);
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([flight.result, aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      flight.listeners.delete(progress);
      if (flight.listeners.size === 0) {
        flight.controller.abort(signal.reason);
        if (this.#flights.get(key) === flight) this.#flights.delete(key);
      }
    }
  }

  #take(key: string, work: Work<T>): Flight<T> {
    const listeners = new Set<Progress>();
    const controller = new AbortController();
    const latest: { last: string | null } = { last: null };
    const report = (line: string): void => {
      latest.last = line;
      listeners.forEach((listener) => listener(line));
    };
    const result = work(report, controller.signal);
    // Every caller may have left by the time it fails.
    result.catch(() => {});
    const flight = { result, listeners, controller, latest };
    this.#flights.set(key, flight);
    return flight;
  }
}
