import type { BisectRecord } from '../domain/bisect/bisect-record.ts';
import type { CommitSearch } from '../domain/bisect/commits/commit-search.ts';
import type { Result } from '../domain/result.ts';
import type { Configuration } from '../domain/cell/configuration.ts';
import type { DebianPackage } from '../domain/ruby/debian-packages.ts';
import type { GemPolicy, ResolvedGem } from '../domain/ruby/gems.ts';
import type { AskedImage, OwnImage } from '../domain/ruby/own-image.ts';
import type { AskedFolder } from '../domain/ruby/ruby-folder.ts';
import type { Limits, Ruby, RubySource, RubyVersion } from '../domain/ruby/ruby.ts';
import type { CellRecord, RunRecord } from '../domain/run/record.ts';
import type { Host } from '../domain/measurement/outcome.ts';
import type { StoredTrace } from '../domain/measurement/sample.ts';

export type { StoredTrace } from '../domain/measurement/sample.ts';

/** An image a cell can start from. */
export interface PreparedImage {
  /** Tag that carries the hash of everything that went in. */
  readonly tag: string;
  /** Image the ruby came from, as people name it (`ruby:2.3.6`, `debian:bookworm`). */
  readonly base: string;
  /** Digest of the base (repo digest, or the image id where it has none). */
  readonly digest: string;
  readonly source: RubySource['kind'];
  /** Path of the ruby inside the image. */
  readonly ruby: string;
  /** How the user's own image runs its programs; undefined for an image of the matrix. */
  readonly own?: OwnImage | undefined;
  /** Debian packages that were added to the base. */
  readonly packages?: readonly DebianPackage[];
  /** Gems that were installed into it; null where none were requested. */
  readonly gems?: readonly ResolvedGem[] | null;
  /** Id of the image: a tag may move to an image that was made again. */
  readonly id?: string;
}

/** The ruby of a folder, with notes about it. */
export type ResolvedFolder = Result<{ readonly ruby: Ruby; readonly notes: readonly string[] }>;

/** Cell of the user's own image. */
export type ResolvedImage = Result<Configuration>;

export type PreparedImageResult = Result<
  PreparedImage,
  { readonly kind: 'image-unavailable' | 'setting-unavailable' | 'gems-unavailable' | 'engine-error' }
>;

/** A folder of a repository at one commit. */
export interface Checkout {
  /** Absolute path of the git directory. */
  readonly repository: string;
  readonly hash: string;
  /** Path in the repository; `.`: all of it. */
  readonly folder: string;
}

/** The ends of a search among commits, as people name them. */
export type HistoryEnds = Pick<CommitSearch, 'from' | 'to' | 'firstParent'>;
export type CommitHistory = Pick<CommitSearch, 'commits' | 'ends'>;

/** A git repository. */
export interface Repository {
  /** Absolute path of its git directory. */
  readonly path: string;
  /** Reads the commits between two. */
  history(ends: HistoryEnds): Promise<Result<CommitHistory>>;
  /** Reads which release of Ruby commits are on the way to; null where they hold no source of Ruby. */
  rubyVersions(hashes: readonly string[]): Promise<readonly (RubyVersion | null)[]>;
  /** Returns the folder of a gem's gemspec; null where there is none. */
  gemFolder(hash: string, gem: string): Promise<string | null>;
}

/** Gems to install into the image of a cell. */
export interface GemInstall {
  /** Names, each with its requested version; null: the newest. */
  readonly gems: readonly (readonly [name: string, version: string | null])[];
  /** Folders of the input that hold a gemspec. */
  readonly folders: readonly string[];
  /** Path of the Gemfile in the input, and of its lock. */
  readonly gemfile: string | null;
  readonly lockfile: string | null;
  /** Path of the beginning of the script, up to its own gemfile. */
  readonly inline: string | null;
  /** A gem as it is at a commit of its repository, and its name; null: there is none. */
  readonly checkout?: (Checkout & { readonly gem: string }) | null;
  /** A tar of the files that these refer to. */
  readonly input: Uint8Array;
  /** Variables of the cell's environment, which a Gemfile may read. */
  readonly env: Readonly<Record<string, string>>;
  readonly policy: GemPolicy;
  /** Release of the ruby, which decides the version of Bundler. */
  readonly release: RubyVersion;
}

/** Names and values. */
export type SupervisorEnv = Readonly<Record<string, string>>;

/** One container to start. Nothing in it comes unchecked from a request. */
export interface CellSpec {
  /**
   * Settings of the supervisor (protocol/supervisor-env.ts), sent in front of the input; a promise where the container
   * is started before it is needed: it waits for them.
   */
  readonly env: SupervisorEnv | PromiseLike<SupervisorEnv>;
  /** A tar of the script and the files beside it; the supervisor unpacks it inside the container. */
  readonly input: Uint8Array;
  /** Secret that the supervisor puts in front of each frame (protocol/frame-reader.ts). */
  readonly frameKey: string;
  readonly limits: Limits;
  /** Owner labels: run id, cell, ruby. */
  readonly labels: Readonly<Record<string, string>>;
}

export type ContainerEnd =
  | {
      readonly kind: 'exited';
      readonly exitCode: number;
      readonly oomKilled: boolean;
      readonly stderr: string;
    }
  | { readonly kind: 'engine-lost'; readonly message: string };

/** A running container. `lines` yields the supervisor's frames; leaving it does not stop the container. */
export interface RunningCell extends AsyncDisposable {
  readonly lines: AsyncIterable<string>;
  /** Settles once, never rejects. */
  readonly ended: Promise<ContainerEnd>;
  kill(): Promise<void>;
}

export interface Containers {
  /** The machine that they run on: its kernel and its architecture. */
  readonly machine?: string;
  /** The same for the record, with its name and its processor. */
  readonly host?: Host;
  /** Finds or builds the image of a ruby. `progress` gets one line per step a person wants to see. */
  prepare(ruby: Ruby, progress: (line: string) => void, signal: AbortSignal): Promise<PreparedImageResult>;
  /** Finds the image of a ruby that was built already; null where it would have to be made. */
  findPrepared?(ruby: Ruby, signal: AbortSignal): Promise<PreparedImage | null>;
  /** Inspects the user's own image: its ruby, user and working directory. */
  resolveImage?(
    asked: AskedImage,
    progress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ResolvedImage>;
  /** Packs a folder with an installed ruby into an image on one of these suites of Debian, the oldest first. */
  resolveFolder?(
    asked: AskedFolder,
    suites: readonly string[],
    progress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<ResolvedFolder>;
  /** Lists the packages of Ruby libraries that the Debian of an image has; none for other images. */
  rubyPackages?(image: PreparedImage, signal: AbortSignal): Promise<ReadonlySet<string>>;
  /** Lists the versions of a gem that its source has. */
  gemVersions?(name: string, policy: GemPolicy, signal: AbortSignal): Promise<Result<readonly string[]>>;
  /** Finds or makes the image that also has these gems. */
  withGems(
    image: PreparedImage,
    gems: GemInstall,
    progress: (line: string) => void,
    signal: AbortSignal,
  ): Promise<PreparedImageResult>;
  /**
   * Starts a hardened container.
   * @throws {EngineError} when the engine refuses
   */
  start(image: PreparedImage, spec: CellSpec, signal: AbortSignal): Promise<RunningCell>;
}

export interface Clock {
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** The date and time, ISO 8601 in UTC. */
  timestamp(): string;
}

/** Thrown when the engine failed, not the script. `message` says what to do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}

/** The rubies that a search covers, as they were requested. */
export interface AskedSearch {
  /** null: none were named. */
  readonly named: readonly Ruby[] | null;
  /** Whether the versions of a gem are searched. */
  readonly isForGem: boolean;
}

/** The rubies that a search may measure. */
export interface SearchedRubies {
  readonly rubies: readonly Ruby[];
  /** Names of those among them that cannot be measured here. */
  readonly unavailable: readonly string[];
}

/** A cell that an earlier run has measured. */
export interface StoredCell {
  readonly run: string;
  /** When that run was made. */
  readonly at: string;
  readonly cell: CellRecord;
  readonly traces: readonly StoredTrace[];
}

/** Finds measured cells by the hash of everything that decides their answer. */
export interface CellMemory {
  /** Finds a cell; null where there is none, or it cannot be read. Never rejects. */
  find(fingerprint: string): Promise<StoredCell | null>;
  /**
   * Records which stored run contains a cell. Never rejects: without the entry the cell is measured again.
   */
  note(fingerprint: string, run: string): Promise<void>;
  /** Forgets the cells of a run that is about to be removed. Never rejects. */
  forget(run: RunRecord): Promise<void>;
}

export interface Store {
  /** Cells that its runs have measured. */
  readonly cells?: CellMemory;
  /**
   * Writes run.json atomically.
   * @throws {StoreError} when the disk is full or the folder cannot be written
   */
  saveRun(run: RunRecord): Promise<void>;
  saveTrace(runId: string, trace: StoredTrace): Promise<void>;
  /**
   * Resolves an id, the beginning of one, or `latest` to an id.
   * @throws {StoreError} when it fits several
   */
  findRun(typed: string): Promise<string | null>;
  /** Loads a run by its whole id: nothing else of the folder is read. */
  loadRun(id: string): Promise<RunRecord | null>;
  loadTraces(id: string): Promise<readonly StoredTrace[]>;
  /** Lists the runs, newest first. Damaged files are quarantined and named in `warnings`. */
  listRuns(): Promise<{ readonly runs: readonly RunRecord[]; readonly warnings: readonly string[] }>;
}

/** Thrown when results could not be written or read. `message` names the path and what to do. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
}

/**
 * Describes the results of cells in a sentence.
 * @param listed every name of the matrix, in its order
 */
export type DescribeResult = (
  cells: readonly CellRecord[],
  listed: readonly string[],
  bisect: BisectRecord | null,
) => string;
