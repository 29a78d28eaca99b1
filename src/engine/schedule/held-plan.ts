import type { RunPlan } from '../plan/run-plan.ts';

/** What comes to less than this is kept while its run waits: all runs that may wait together come to a few megabytes. */
const LIGHT_BYTES = 64 * 1024;
/** A loop of a script, about. */
const LOOP_BYTES = 256;

/** What is known of a plan while its run waits: all but its script and its files. */
export type Outline = Pick<RunPlan, 'request' | 'cells'>;

/**
 * The plan of a run. A large one is put down when it is on the disk, and read again when the turn of its run comes: many
 * runs may wait, and few are measured at once.
 */
export class HeldPlan {
  readonly outline: Outline;
  readonly isLight: boolean;
  readonly #readAgain: () => Promise<RunPlan>;
  #plan: RunPlan | null;

  /** @param readAgain reads it from the disk; one that is never put down needs none */
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

  /** It is on the disk, and nobody needs it now. */
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
