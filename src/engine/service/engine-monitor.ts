import type { ServiceEngine, ServiceLog } from './ports.ts';

/** Between two looks at an engine that answers, and at one that does not. */
const PACE = { upMs: 10_000, downMs: 2_000 };

export interface MonitorParts {
  readonly connect: () => Promise<ServiceEngine>;
  readonly log: ServiceLog;
  /** Called when the engine came (true) or went (false). */
  readonly changed: (up: boolean) => void;
}

/** Knows whether the engine answers, and connects to it again when it comes back. */
export class EngineMonitor {
  readonly #parts: MonitorParts;
  #engine: ServiceEngine | null = null;
  #reason = 'not connected yet';
  #looking: Promise<boolean> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(parts: MonitorParts) {
    this.#parts = parts;
  }

  /** Null while no engine answers. */
  get engine(): ServiceEngine | null {
    return this.#engine;
  }

  /** Why there is no engine, and what to do; null while there is one. */
  get reason(): string | null {
    return this.#engine === null ? this.#reason : null;
  }

  /** Looks now; true when the engine answers. Never rejects. */
  check(): Promise<boolean> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
      this.#schedule();
    });
    return this.#looking;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #look(): Promise<boolean> {
    const before = this.#engine;
    try {
      if (before === null) this.#engine = await this.#parts.connect();
      else await before.ping();
    } catch (error) {
      this.#engine = null;
      this.#reason = error instanceof Error ? error.message : String(error);
    }
    if ((before === null) !== (this.#engine === null)) this.#tell();
    return this.#engine !== null;
  }

  #tell(): void {
    const { log, changed } = this.#parts;
    if (this.#engine === null) log.warn({ reason: this.#reason }, 'the engine does not answer: runs wait');
    else log.info({}, 'the engine answers');
    changed(this.#engine !== null);
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#stopped) return;
    const pause = this.#engine === null ? PACE.downMs : PACE.upMs;
    this.#timer = setTimeout(() => void this.check(), pause).unref();
  }
}
