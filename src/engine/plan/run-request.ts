import type { CommitSearch } from '../../domain/bisect/commits/commit-search.ts';
import type { Configuration } from '../../domain/cell/configuration.ts';
import type { MeasureOptions } from '../../domain/run/options.ts';
import type { OtherScript } from '../../domain/run/script-variant.ts';
import type { Ruby } from '../../domain/ruby/ruby.ts';
import type { AskedFolder } from '../../domain/ruby/ruby-folder.ts';
import type { InputFile } from './pack-files.ts';

/** A complete, checked request: what to measure, and how. */
export interface RunRequest {
  /** The script as posted; its name is a path relative to the working directory. Null where `body` is given. */
  readonly script: { readonly name: string; readonly text: string } | null;
  /** `-e BODY --setup CODE`; null where `script` is given. */
  readonly body: { readonly setup: string; readonly body: string } | null;
  /** Files that are beside the script. */
  readonly files: readonly InputFile[];
  /** Scripts that run beside the main one, to be compared with it. */
  readonly others?: readonly OtherScript[];
  readonly args: readonly string[];
  readonly rubies: readonly Ruby[];
  /** Names of rubies that cannot be measured here: a search works around them. */
  readonly unavailable?: readonly string[];
  /** Cells of the user's own images, beside those of the rubies. */
  readonly images?: readonly Configuration[];
  /** Commits that are searched; the rubies are those of the commits, or the one that a gem is searched on. */
  readonly commits?: AskedCommits | null;
  readonly options: MeasureOptions;
  readonly notes: readonly string[];
  /** Id of the run that it was made from. */
  readonly basedOn?: string;
  /** Paths as the command line named them, for the command that repeats the run. */
  readonly named?: NamedPaths;
}

/** A search among commits. */
export interface AskedCommits {
  /** Absolute path of the git directory. */
  readonly repository: string;
  readonly search: CommitSearch;
  /** The gem whose repository it is, and the folder of its gemspec there; null: Ruby's own. */
  readonly gem: { readonly name: string; readonly folder: string } | null;
}

export interface NamedPaths {
  readonly path: string | null;
  readonly workdirFrom: string | null;
  readonly config: string | null;
  /** Images of the user's own, with the paths of their rubies. */
  readonly images: readonly string[];
  /** Folders with an installed ruby. */
  readonly folders: readonly AskedFolder[];
  /** Working directory in the images; null: their own. */
  readonly workdir: string | null;
}

/** Thrown when a request cannot be run as it is. `message` says what to change. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
}
