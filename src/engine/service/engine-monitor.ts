import { messageOf } from '../../domain/message-of.ts';
import type { Host } from '../../domain/measurement/outcome.ts';
import { EngineError, type Containers } from '../ports.ts';
import type { EngineState } from '../schedule/ports.ts';
import type { ServiceLog, WatchedEngine } from './ports.ts';

/** Time between two checks of an engine that answers, and of one that does not. */
const PACE = { upMs: 10_000, downMs: 2_000 };

/** Shown where an engine does not tell. */
const UNKNOWN_HOST: Host = { name: '?', processor: '?', kernel: '?' };

export interface MonitorParts<E extends WatchedEngine> {
  readonly connect: () => Promise<E>;
  readonly log: ServiceLog;
}

/** Watches whether the engine answers, and connects again when it comes back. */
export class EngineMonitor<E extends WatchedEngine> implements EngineState {
  readonly #parts: MonitorParts<E>;
  readonly #listeners: ((up: boolean) => void)[] = [];
  /** The containers of the engine that answers. The command line alone resolves what is on its host. */
  readonly containers: Required<Omit<Containers, 'resolveImage' | 'resolveFolder'>>;
  #engine: E | null = null;
  #reason = 'not connected yet';
  #checking: Promise<boolean> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #stopped = false;

  constructor(parts: MonitorParts<E>) {
    this.#parts = parts;
    const current = (): string => this.#engine?.containers.machine ?? '';
    const host = (): Host | undefined => this.#engine?.containers.host;
    this.containers = {
      get machine() {
        return current();
      },
      get host(): Host {
        return host() ?? UNKNOWN_HOST;
      },
      prepare: async (ruby, progress, signal) =>
        this.#engine === null
          ? { ok: false, kind: 'engine-error', message: this.#reason }
          : this.#engine.containers.prepare(ruby, progress, signal),
      findPrepared: async (ruby, signal) =>
        (await this.#engine?.containers.findPrepared?.(ruby, signal)) ?? null,
      rubyPackages: async (image, signal) =>
        (await this.#engine?.containers.rubyPackages?.(image, signal)) ?? new Set(),
      gemVersions: async (name, policy, signal) =>
        this.#engine?.containers.gemVersions?.(name, policy, signal) ?? { ok: false, message: this.#reason },
      withGems: async (image, gems, progress, signal) =>
        this.#engine === null
          ? { ok: false, kind: 'engine-error', message: this.#reason }
          : this.#engine.containers.withGems(image, gems, progress, signal),
      start: async (image, spec, signal) => {
        if (this.#engine === null) throw new EngineError(this.#reason);
        return this.#engine.containers.start(image, spec, signal);
      },
    };
  }

  /** The connected engine; null while none answers. */
  get engine(): E | null {
    return this.#engine;
  }

  get isUp(): boolean {
    return this.#engine !== null;
  }

  /** Why there is no engine, and what to do; null while there is one. */
  get reason(): string | null {
    return this.#engine === null ? this.#reason : null;
  }

  onChange(listener: (up: boolean) => void): void {
    this.#listeners.push(listener);
  }

  async cleanUp(): Promise<void> {
    await this.#engine?.sweep().catch(() => {});
  }

  /** Checks now; true when the engine answers. Never rejects. */
  check(): Promise<boolean> {
    this.#checking ??= this.#check().finally(() => {
      this.#checking = null;
      this.#schedule();
    });
    return this.#checking;
  }

  stop(): void {
    this.#stopped = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #check(): Promise<boolean> {
    const before = this.#engine;
    try {
      if (before === null) this.#engine = await this.#parts.connect();
      else await before.ping();
    } catch (error) {
      this.#engine = null;
      this.#reason = messageOf(error);
    }
    if ((before === null) !== (this.#engine === null)) this.#notify();
    return this.#engine !== null;
  }

  #notify(): void {
    const { log } = this.#parts;
    if (this.#engine === null) log.warn({ reason: this.#reason }, 'the engine does not answer: runs wait');
    else log.info({}, 'the engine answers');
    for (const listener of this.#listeners) listener(this.isUp);
  }

  #schedule(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (this.#stopped) return;
    const pause = this.#engine === null ? PACE.downMs : PACE.upMs;
    this.#timer = setTimeout(() => void this.check(), pause).unref();
  }
}
