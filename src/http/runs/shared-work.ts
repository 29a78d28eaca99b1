/**
 * Does the same work once for all who want it at the same time. Each caller gets work that was started after its
 * call, so never an older result; callers that come while work is running wait for the next.
 */
export class SharedWork<T> {
  readonly #under = new Map<string, { now: Promise<T>; next: Promise<T> | null }>();

  /** @param work started now, or when running work for the same key is over */
  get(key: string, work: () => Promise<T>): Promise<T> {
    const under = this.#under.get(key);
    if (under === undefined) return this.#begin(key, work);
    under.next ??= under.now.then(
      () => this.#begin(key, work),
      () => this.#begin(key, work),
    );
    return under.next;
  }

  #begin(key: string, work: () => Promise<T>): Promise<T> {
    const now = work();
    const entry = { now, next: null };
    this.#under.set(key, entry);
    const over = (): void => {
      if (this.#under.get(key) === entry && entry.next === null) this.#under.delete(key);
    };
    now.then(over, over);
    return now;
  }
}
