import type { Focus } from '../../protocol/supervisor-env.ts';
import type { CellSpec, Containers, PreparedImage, RunningCell } from '../ports.ts';
import { newFrameKey } from './keyed-frames.ts';

type Env = CellSpec['env'];

/** A container that was started before it is needed: it waits for its input. */
export interface StandBy {
  readonly frameKey: string;
  readonly cell: Promise<RunningCell>;
  /** Sends the input, with variables that replace those it was started with. Only the first call counts. */
  readonly release: (env: Env) => void;
}

/** Starts a container that does nothing yet: a start takes as long as a short measurement. */
export function startStandBy(
  image: PreparedImage,
  spec: Omit<CellSpec, 'frameKey' | 'released'>,
  containers: Pick<Containers, 'start'>,
  signal: AbortSignal,
): StandBy {
  const { promise: released, resolve: release } = Promise.withResolvers<Env>();
  const frameKey = newFrameKey();
  const cell = containers.start(image, { ...spec, frameKey, released }, signal);
  // Who uses it is told of an error; where nobody does, it does not matter.
  cell.catch(() => {});
  return { frameKey, cell, release };
}

/** A place for one container more than the cell's own. */
export interface PlaceBeside {
  /** Takes it, if there is one. */
  enter(): boolean;
  leave(): void;
}

/**
 * The container that would confirm a leak, started while the first one still measures: at once where there is a place
 * beside it, else as soon as growth shows. Growth may turn out to be none, then it is removed unused.
 */
export class ConfirmationAhead implements Disposable {
  readonly #start: () => StandBy;
  readonly #envFor: (focus: Focus) => Env;
  readonly #place: PlaceBeside;
  readonly #onRemoval: (gone: PromiseLike<void>) => void;
  #standBy: StandBy | null = null;
  #begunFor: string | null = null;
  #isBeside = false;

  constructor(
    start: () => StandBy,
    envFor: (focus: Focus) => Env,
    place: PlaceBeside,
    onRemoval: (gone: PromiseLike<void>) => void,
  ) {
    this.#start = start;
    this.#envFor = envFor;
    this.#place = place;
    this.#onRemoval = onRemoval;
  }

  /** Called when the first container has started. */
  startBeside(): void {
    this.#isBeside = this.#place.enter();
    if (this.#isBeside) this.#standBy = this.#start();
  }

  /** Called when a loop looks as if it leaked. Beside the first container it begins now, and its report waits. */
  prepare(focus: Focus): void {
    this.#standBy ??= this.#start();
    if (!this.#isBeside) return;
    this.#standBy.release(this.#envFor(focus));
    this.#begunFor = JSON.stringify(focus);
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
    const unused = this.#standBy;
    if (unused === null) return;
    const remove = async (): Promise<void> => (await unused.cell)[Symbol.asyncDispose]();
    this.#onRemoval(remove().catch(() => {}));
  }
}
