import type { Result } from '../../../domain/result.ts';
import type { DebianPackage } from '../../../domain/ruby/debian-packages.ts';
import type { OwnImage } from '../../../domain/ruby/own-image.ts';
import type { RubySource } from '../../../domain/ruby/ruby.ts';

/** An image of the engine that holds a ruby. */
export interface Base {
  readonly source: RubySource['kind'];
  /** Reference that the builder starts from. */
  readonly reference: string;
  /** As people name it: `ruby:2.3.6`, `debian:bookworm`. */
  readonly name: string;
  readonly id: string;
  /** Repo digest, or the image's id where it has none (built or imported here). */
  readonly digest: string;
  /** Architecture in Debian's words: `amd64`, `arm64`. */
  readonly arch: string;
  /** Path of the ruby in it. */
  readonly ruby: string;
  /** How the user's own image runs its programs. */
  readonly own?: OwnImage | undefined;
  /** Debian packages that were added to it. */
  readonly packages: readonly DebianPackage[];
}

/** A base, or why there is none, as text that follows the name of the source. */
export type BaseResult = Result<Base>;
