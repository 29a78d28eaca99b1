import type { Focus } from '../../protocol/supervisor-env.ts';
import type { CellSpec, Containers, PreparedImage, RunningCell, SupervisorEnv } from '../ports.ts';
import { newFrameKey } from './keyed-frames.ts';

/** A container that was started before it is needed: it waits for its settings and its input. */
export interface StandBy {
  readonly frameKey: string;
  readonly cell: Promise<RunningCell>;
  /** Sends them. Only the first call counts. */
  readonly release: (env: SupervisorEnv) => void;
}

/** Starts a container that does nothing yet: a start takes as long as a short measurement. */
export function startStandBy(
  image: PreparedImage,
  spec: Omit<CellSpec, 'frameKey' | 'env'>,
  containers: Pick<Containers, 'start'>,
  signal: AbortSignal,
): StandBy {
  const { promise: env, resolve: release } = Promise.withResolvers<SupervisorEnv>();
  const frameKey = newFrameKey();
  const cell = containers.start(image, { ...spec, frameKey, env }, signal);
  // Its user gets the error; without one it does not matter.
  cell.catch(() => {});
  return { frameKey, cell, release };
}

/** A place for one container more than the cell's own. */
export interface PlaceBeside {
  /** Takes it, if there is one. */
  enter(): boolean;
  leave(): void;
}

/** Containers that are started ahead for one cell: growth that comes and goes is no reason for more. */
const MOST_STARTS = 2;
/** Checkpoints without a sign of growth after which there was none: a leak may dip once. */
const ENDED = 6;

/**
 * The container that would confirm a leak, started while the first one still measures: at its first checkpoint where
 * there is a place beside it, else as soon as growth shows. Growth may turn out to be none, then it is removed unused.
 */
export class ConfirmationAhead implements Disposable {
  readonly #start: () => StandBy;
  readonly #envFor: (focus: Focus) => SupervisorEnv;
  readonly #place: PlaceBeside;
  readonly #onRemoval: (gone: PromiseLike<void>) => void;
  #standBy: StandBy | null = null;
  #begunFor: string | null = null;
  #hasBegun = false;
  #isBeside = false;
  #starts = 0;
  /** Checkpoints since it last looked like a leak. */
  #flat = 0;

  constructor(
    start: () => StandBy,
    envFor: (focus: Focus) => SupervisorEnv,
    place: PlaceBeside,
    onRemoval: (gone: PromiseLike<void>) => void,
  ) {
    this.#start = start;
    this.#envFor = envFor;
    this.#place = place;
    this.#onRemoval = onRemoval;
  }

  /**
   * Called at each checkpoint of the first container, with the loop that looks as if it leaked.
   */
  follow(leaning: Focus | null): void {
    if (!this.#hasBegun) this.#begin();
    this.#flat = leaning === null ? this.#flat + 1 : 0;
    if (leaning === null) {
      // Growth that ended was none: what runs beside the first container would only be in its way.
      if (this.#begunFor !== null && this.#flat >= ENDED) this.#discard();
    } else if (this.#starts < MOST_STARTS || this.#standBy !== null) {
      this.#standBy ??= this.#startOne();
      if (this.#isBeside && this.#begunFor === null) {
        this.#standBy.release(this.#envFor(leaning));
        this.#begunFor = JSON.stringify(leaning);
      }
    }
  }

  /** Where a place is free, the container is started at the first checkpoint. */
  #begin(): void {
    this.#hasBegun = true;
    this.#isBeside = this.#place.enter();
    if (this.#isBeside) this.#standBy = this.#startOne();
  }

  #startOne(): StandBy {
    this.#starts += 1;
    return this.#start();
  }

  /** Returns the container, if it can confirm this loop. */
  take(focus: Focus): StandBy | null {
    if (this.#begunFor !== null && this.#begunFor !== JSON.stringify(focus)) return null;
    const standBy = this.#standBy;
    this.#standBy = null;
    return standBy;
  }

  /** Removes the container, if nobody took it. */
  [Symbol.dispose](): void {
    if (this.#isBeside) this.#place.leave();
    this.#isBeside = false;
    this.#discard();
  }

  #discard(): void {
    const unused = this.#standBy;
    this.#standBy = null;
    this.#begunFor = null;
    if (unused === null) return;
    const remove = async (): Promise<void> => (await unused.cell)[Symbol.asyncDispose]();
    this.#onRemoval(remove().catch(() => {}));
  }
}
