import type { Done, Result } from '../domain/result.ts';
import type { Matrix, Ruby } from '../domain/ruby/ruby.ts';
import type { RunEvent } from '../domain/run/event.ts';
import type { RunRecord } from '../domain/run/record.ts';
import type { Clock, Containers, Repository, Store } from '../engine/ports.ts';
import type { RubyPresence } from '../engine/ruby-presence.ts';
import type { RunRequest } from '../engine/plan/run-request.ts';

/** Whether a registry answers. `refusal`: it does, but requires something first, such as a login. */
export type RegistryAnswer = Done & {
  readonly refusal?: { readonly found: string; readonly remedy: string };
};

/** A line of `matrix doctor` about the engine. */
export interface EngineFacts {
  readonly version: string;
  readonly apiVersion: string;
  readonly cgroupVersion: string;
  readonly storageDriver: string;
  /** Architecture in Debian's words: `amd64`, `arm64`. */
  readonly arch: string;
  /** Further architectures, by emulation; null where that cannot be seen. */
  readonly emulated: readonly string[] | null;
  /** Names of the runtimes it has; containers run under the default one when none is requested. */
  readonly runtimes: readonly string[];
  readonly defaultRuntime: string;
  /** Folder that holds the engine's images, on the engine's machine. */
  readonly rootFolder: string;
  /** The engine's own warnings, such as limits it cannot set. */
  readonly warnings: readonly string[];
}

/** Result of pruning: images removed, and those that could not be. */
export interface Pruned {
  readonly removed: readonly string[];
  readonly kept: readonly { readonly image: string; readonly reason: string }[];
}

/** A connected engine, as far as the commands need it. */
export interface EngineAccess {
  readonly containers: Containers;
  facts(): Promise<EngineFacts>;
  /** Removes containers that a dead process of this program left behind. */
  sweep(): Promise<{ readonly removed: number; readonly failed: number }>;
  /** Counts the containers of a run, running or not. */
  leftOf(runId: string): Promise<number>;
  inventory(rubies: readonly Ruby[]): Promise<readonly RubyPresence[]>;
  registry(): Promise<RegistryAnswer>;
  /** Checks whether bases can be made from Debian packages. */
  debian(): Promise<Done>;
  /**
   * Removes images that no run would use any more. `all`: also those that runs would use; `bases`: also
   * Debian's bases.
   */
  prune(options: { readonly all: boolean; readonly bases: boolean }): Promise<Pruned>;
}

/** What a run needs beside the request. */
export interface RunParts {
  readonly containers: Containers;
  readonly store: Store;
  readonly matrix: Matrix;
  /** Cells that run side by side. */
  readonly jobs: number;
  /** Whether the last cell begins beside the others, as one more. */
  readonly lastBeside?: boolean;
  /** Folder for the heap dumps of explained leaks; otherwise they are not kept. */
  readonly heapDumps?: string | null;
  emit(event: RunEvent): void;
}

export interface Streams {
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Dependencies of the commands; src/composition creates them. */
export interface Deps {
  readonly streams: Streams;
  readonly version: string;
  /** matrix.yaml that comes with the program, used where the current folder has none. */
  readonly ownConfig: string;
  /** Folder of the exploits that come with the program. */
  readonly exploitsFolder: string;
  readonly clock: Clock;
  loadMatrix(path: string): Promise<Result<Matrix>>;
  openStore(folder: string): Promise<Store>;
  /**
   * Connects to the container engine.
   * @param runtime sandboxing runtime of the containers; null: the engine's own
   * @param options toMeasure: what `measure` needs is loaded while the engine answers
   * @throws {EngineError} with the remedy, when no engine answers, or when it has no such runtime
   */
  connect(runtime: string | null, options?: { readonly toMeasure: boolean }): Promise<EngineAccess>;
  /**
   * Finds, installs or starts an engine; reports each step before it.
   * @throws {EngineError}
   */
  ensureEngine(say: (line: string) => void, signal: AbortSignal): Promise<void>;
  /** Opens a git repository by its path, or clones it from its address. */
  openRepository(
    source: string,
    say: (line: string) => void,
    signal: AbortSignal,
  ): Promise<Result<Repository>>;
  measure(request: RunRequest, parts: RunParts, signal: AbortSignal): Promise<RunRecord>;
}
