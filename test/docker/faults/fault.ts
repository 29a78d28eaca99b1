import { setTimeout as sleep } from 'node:timers/promises';

/** Something that goes wrong, done on purpose: what happened then, as text; throws where it was not right. */
export interface Fault {
  readonly name: string;
  /** Gives a reason in place of an outcome where it cannot be done here. */
  run(): Promise<string | { readonly skipped: string }>;
}

export function need(condition: boolean, what: string): void {
  if (!condition) throw new Error(what);
}

/** Waits until a condition holds; throws when it does not. Returns the seconds it took. */
export async function until(
  what: string,
  isSo: () => boolean | Promise<boolean>,
  withinMs = 60_000,
): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < withinMs) {
    if (await isSo()) return (performance.now() - began) / 1000;
    await sleep(100);
  }
  throw new Error(`within ${withinMs / 1000} s it did not happen that ${what}`);
}
