import type { Result } from '../../domain/result.ts';
import type { Matrix } from '../../domain/ruby/ruby.ts';
import type { Deps } from '../../usecases/deps.ts';
import type { FleetAnswer, RedisAddress, RedisAnswer, Work } from './worker-deps.ts';

/**
 * A secret that lets its bearer start runs; its name is in logs, and clients of different names take turns.
 */
export interface ServeToken {
  readonly name: string;
  readonly secret: string;
}

/** Checked options of `matrix serve`. */
export interface ServeRequest {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  readonly resultsFolder: string;
  readonly matrix: Matrix;
  readonly tokens: readonly ServeToken[];
  /** Cells side by side. */
  readonly jobs: number;
  /** Address that clients see when a proxy is in front. */
  readonly publicUrl: URL | null;
  /** It listens on more than the loopback. */
  readonly isPublic: boolean;
  /** Reading needs a token, too. */
  readonly isPrivate: boolean;
  readonly waitingRuns: number;
  /** Per token. */
  readonly writesPerMinute: number;
  readonly keepDays: number;
  readonly keepGib: number;
  readonly drainSeconds: number;
  readonly logLevel: string;
  /** Redis that carries the work to workers; null: this process measures. */
  readonly redis: RedisAddress | null;
  /** Tokens of workers. */
  readonly workerTokens: readonly ServeToken[];
}

/**
 * Serves until the signal is aborted, then drains.
 * @throws {StoreError} when the folder cannot be used, and the system's error when the address cannot be listened on
 */
export type Serve = (
  request: ServeRequest,
  listening: (url: string) => void,
  signal: AbortSignal,
) => Promise<void>;

/** What the command line is given: the commands' surroundings, and the service. */
export interface MainDeps extends Deps {
  readonly serve: Serve;
  readonly work: Work;
  /** Asks a Redis what it is; null where it does not answer. */
  readonly askRedis: (redis: RedisAddress) => Promise<RedisAnswer | null>;
  /** Asks a service for its workers; a token is needed where strangers may not read it. */
  readonly askFleet: (server: string, token: string | null) => Promise<Result<FleetAnswer>>;
}
