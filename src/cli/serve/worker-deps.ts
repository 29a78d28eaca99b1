import type { RedisOptions } from 'ioredis';
import type { Matrix } from '../../domain/ruby/ruby.ts';

/** Where a Redis is. */
export interface RedisAddress {
  readonly url: string;
  readonly options: RedisOptions;
}

/** What a Redis reports about itself. */
export interface RedisAnswer {
  /** `Redis 7.0.15` */
  readonly name: string;
  /** Why it may not be used; null: it may. */
  readonly refusal: string | null;
  readonly warnings: readonly string[];
}

/** What a service reports about its workers. */
export interface FleetAnswer {
  readonly workers: readonly {
    readonly name: string;
    readonly host: { readonly name: string };
    readonly arch: string;
    readonly places: number;
    readonly taken: number;
    readonly version: string;
    readonly silentSeconds: number;
    readonly clockAheadSeconds: number;
    readonly leaving: boolean;
    readonly problem: string | null;
  }[];
  readonly handedOut: number;
  readonly lost: number;
  readonly late: number;
  /** Why nothing can be measured now; null: something can. */
  readonly problem: string | null;
}

/** Checked options of `matrix worker`. */
export interface WorkRequest {
  readonly redis: RedisAddress;
  /** Address of the service. */
  readonly server: string;
  readonly token: string;
  /** Name in logs and on pages; null: that of the host. */
  readonly name: string | null;
  readonly labels: Readonly<Record<string, string>>;
  /** Cells side by side. */
  readonly jobs: number;
  readonly drainSeconds: number;
  readonly logLevel: string;
  /** The rubies of which it says whether their images are here. */
  readonly matrix: Matrix;
}

/**
 * Measures for a service until the signal is aborted, then drains.
 * @throws {CommandError} where Redis or the service does not want it, {EngineError} where no engine answers
 */
export type Work = (
  request: WorkRequest,
  ready: (line: string) => void,
  signal: AbortSignal,
) => Promise<void>;
