/** Lets requests wait for something, for a bounded time. */
export class Waiters {
  readonly #waiting = new Set<{ readonly isOver: () => boolean; readonly resume: () => void }>();

  /** Waits until the time is over, or until `wake` finds that this holds. */
  wait(ms: number, isOver: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const waiter = {
        isOver,
        resume: (): void => {
          clearTimeout(timer);
          this.#waiting.delete(waiter);
          resolve();
        },
      };
      const timer = setTimeout(waiter.resume, ms);
      this.#waiting.add(waiter);
    });
  }

  wake(): void {
    for (const { isOver, resume } of this.#waiting) if (isOver()) resume();
  }
}
