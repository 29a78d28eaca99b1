import type { RunPlan } from '../plan/run-plan.ts';

/**
 * Size up to which a plan stays in memory while its run waits: all waiting runs together take a few
 * megabytes.
 */
const LIGHT_BYTES = 64 * 1024;
/** Approximate size of a loop. */
const LOOP_BYTES = 256;

/** The part of a plan that stays in memory while its run waits: all but script and files. */
export type Outline = Pick<RunPlan, 'request' | 'cells'>;

/**
 * Holds the plan of a run. A large one is dropped from memory once it is on disk, and read again when its
 * run's turn comes: many runs may wait, but few are measured at once.
 */
export class HeldPlan {
  readonly outline: Outline;
  readonly isLight: boolean;
  readonly #readAgain: () => Promise<RunPlan>;
  #plan: RunPlan | null;

  /**
   * @param readAgain reads the plan from disk; not needed for a plan that is never dropped
   */
  constructor(plan: RunPlan, readAgain: () => Promise<RunPlan> = () => Promise.resolve(plan)) {
    this.#plan = plan;
    this.#readAgain = readAgain;
    this.isLight = bytesOf(plan) <= LIGHT_BYTES;
    const { cells, request } = plan;
    this.outline = { cells, request: { ...request, script: null, others: [], files: [] } };
  }

  whole(): Promise<RunPlan> {
    return this.#plan === null ? this.#readAgain() : Promise.resolve(this.#plan);
  }

  /** Drops the plan from memory: it is on disk and not needed now. */
  putDown(): void {
    if (!this.isLight) this.#plan = null;
  }
}

function bytesOf({ request, source, script, variants }: RunPlan): number {
  const files = request.files.reduce((sum, { content }) => sum + content.byteLength, 0);
  const scripts = [{ source, script }, ...variants].map(
    (one) => one.source.text.length + one.script.text.length + one.script.loops.length * LOOP_BYTES,
  );
  return scripts.reduce((sum, bytes) => sum + bytes, files);
}
