const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

export interface Interrupt extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * Turns the first Ctrl-C (or SIGTERM, SIGHUP) into an abort, so that containers are removed and what was measured
 * is kept; the second ends the program at once.
 */
export function onInterrupt(first: () => void, second: () => void): Interrupt {
  const controller = new AbortController();
  const listener = (): void => {
    if (controller.signal.aborted) return second();
    first();
    controller.abort();
  };
  for (const name of SIGNALS) process.on(name, listener);
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const name of SIGNALS) process.off(name, listener);
    },
  };
}
