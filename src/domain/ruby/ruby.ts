import type { GemPolicy } from './gems.ts';
import type { OwnImage } from './own-image.ts';

/** A release of Ruby as its three numbers; preview and rc releases are not listed in a matrix. */
export interface RubyVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

/**
 * Where a ruby comes from. An entry lists its sources in the order they are tried:
 * - `official`: an image of Docker Hub (`ruby:2.3.6`), used when it is already here or a registry answers;
 * - `image`: any image, and the path of the ruby inside it (one image may serve many rubies); one's own also with
 *   its user and working directory;
 * - `debian`: a base made from Debian's own packages with Debian's own ruby, and further packages where asked for;
 * - `folder`: a folder of this machine with an installed ruby, put on such a base at the prefix it was configured with;
 * - `commit`: Ruby's own source at a commit, built on such a base.
 */
export type RubySource =
  | { readonly kind: 'official'; readonly image: string }
  | { readonly kind: 'image'; readonly image: string; readonly ruby: string; readonly own?: OwnImage }
  | { readonly kind: 'debian'; readonly suite: string; readonly packages?: readonly string[] }
  | FolderSource
  | CommitSource;

/** A ruby that somebody has built. Its hash is of all that is in the folder. */
export interface FolderSource {
  readonly kind: 'folder';
  /** Name of the ruby. */
  readonly name: string;
  /** Absolute path of the folder. */
  readonly folder: string;
  readonly hash: string;
  readonly prefix: string;
  readonly suite: string;
  /** Libraries that its extensions lack there. */
  readonly lacks: readonly string[];
  readonly packages?: readonly string[];
}

/** Ruby as it was at a commit. */
export interface CommitSource {
  readonly kind: 'commit';
  /** Absolute path of the repository's git directory. */
  readonly repository: string;
  readonly hash: string;
  /** Debian that it is built and measured on. */
  readonly suite: string;
}

/** Names a source as people know it: `ruby:2.3.6`, `debian:bookworm`. */
export function sourceName(source: RubySource): string {
  switch (source.kind) {
    case 'official':
      return source.image;
    case 'image':
      return `${source.image} (${source.ruby})`;
    case 'debian':
      return [`debian:${source.suite}`, ...(source.packages ?? [])].join(' + ');
    case 'folder':
      return [`${source.name} on debian:${source.suite}`, ...(source.packages ?? [])].join(' + ');
    case 'commit':
      return `commit ${source.hash.slice(0, 12)} on debian:${source.suite}`;
  }
}

/** A named entry of the matrix. `name` is what people type (`2.3.6`) and what the record shows. */
export interface Ruby {
  readonly name: string;
  readonly version: RubyVersion;
  readonly sources: readonly RubySource[];
  /** Allocator to have in its image, `jemalloc`; that of the image itself, when not given. */
  readonly allocator?: string;
}

/** Bounds of one cell; constants of the operator (matrix.yaml), never of a request. Units in the names. */
export interface Limits {
  readonly memoryMiB: number;
  readonly cpus: number;
  readonly pids: number;
  readonly openFiles: number;
  readonly tmpfsMiB: number;
  readonly outputKiB: number;
  readonly scriptKiB: number;
  /** The script must reach its loop's first checkpoint within this time. */
  readonly startSeconds: number;
  /** The longest budget that may be requested. */
  readonly maxBudgetSeconds: number;
}

export interface Defaults {
  readonly budgetSeconds: number;
  /** Cells that run side by side; null: one per processor. */
  readonly jobs: number | null;
}

/** The names that selectors choose from. */
export type Listing = Pick<Matrix, 'rubies' | 'defaultSet'>;

/** matrix.yaml, validated. `defaultSet` holds names of `rubies`. */
export interface Matrix {
  readonly rubies: readonly Ruby[];
  readonly defaultSet: readonly string[];
  readonly defaults: Defaults;
  readonly limits: Limits;
  /** Sandboxing runtime of the engine that every container runs under (`runsc`); null: the engine's own. */
  readonly runtime: string | null;
  /** Debian packages that clients of the API may ask for. */
  readonly clientPackages?: readonly string[];
  readonly gems: GemPolicy;
}
