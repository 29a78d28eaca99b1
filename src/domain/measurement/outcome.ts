import type { DebianPackage } from '../ruby/debian-packages.ts';
import type { ResolvedGem } from '../ruby/gems.ts';
import type { BlockHistogram, Sample } from './sample.ts';

/** The environment of a cell; stored with every cell because it affects the result. */
export interface Environment {
  /** RUBY_DESCRIPTION */
  readonly description: string;
  readonly image: string;
  readonly digest: string;
  /** `official`, `image` or `debian` */
  readonly source: string;
  /** Distribution and release, from os-release. */
  readonly os: string;
  /** `glibc 2.36` */
  readonly libc: string;
  /** `glibc malloc`, `jemalloc`, … */
  readonly allocator: string;
  /** `x86_64`, `aarch64` */
  readonly arch: string;
  /** Working directory of the script inside the container. */
  readonly workdir: string;
  /** Debian packages that were added to the image. */
  readonly packages: readonly DebianPackage[];
  /** Sandboxing runtime of the engine it ran under (`runsc`); null: the engine's own. */
  readonly runtime: string | null;
  /** Gems that were installed for it, in the versions that were resolved; null where none were requested. */
  readonly gems: readonly ResolvedGem[] | null;
}

/** The machine that a cell was measured on. Times of different machines are not compared. */
export interface Host {
  readonly name: string;
  /** Model of its processor; its architecture where the model is not known. */
  readonly processor: string;
  /** Release of its kernel. */
  readonly kernel: string;
}

export type Stage = 'queued' | 'image' | 'gems' | 'start' | 'setup' | 'loop' | 'finish';

export type FailureKind =
  | 'script-error'
  | 'out-of-memory'
  | 'timed-out'
  | 'image-unavailable'
  | 'gems-unavailable'
  | 'setting-unavailable'
  | 'engine-error'
  | 'cancelled';

/** Captured output of the script, cut at a limit; `droppedBytes` says how much more there was. */
export interface Output {
  readonly text: string;
  readonly droppedBytes: number;
}

/** Everything that one container reported before it ended. */
export interface Trace {
  readonly samples: readonly Sample[];
  readonly histograms: readonly BlockHistogram[];
  readonly environment: Environment | null;
  readonly output: Output;
  /** Contradictions between what the script reported of itself and what was observed from outside. */
  readonly contradictions: readonly string[];
}
