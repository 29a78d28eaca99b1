/** An image as a command names it: `registry/app:tag`, with the path of its ruby behind an `=`. */
export interface AskedImage {
  readonly image: string;
  /** null: the ruby that the image's own PATH finds. */
  readonly ruby: string | null;
  /** Working directory in it; null: the image's own. */
  readonly workdir: string | null;
}

/** How the user's own image runs its programs. */
export interface OwnImage {
  /** Digest of the inspected image: the tag may move. */
  readonly digest: string;
  /** Never 0. */
  readonly user: number;
  readonly group: number;
  /** null: it names none, so a script runs where scripts do. */
  readonly workdir: string | null;
  /** Folders of it that a script may write to: they begin empty. */
  readonly writable: readonly string[];
}

/** An image's name as the engine takes it. */
export const IMAGE_NAME = /^[A-Za-z0-9][\w.:/@-]{0,254}$/;
/** An absolute path in an image. */
export const IMAGE_PATH = /^\/(?!.*\.\.)[\w./+-]*$/;

/** Reads `registry/app:tag[=PATH_OF_RUBY]`; null otherwise. */
export function parseImage(text: string): Omit<AskedImage, 'workdir'> | null {
  const end = text.indexOf('=');
  const image = end === -1 ? text : text.slice(0, end);
  const ruby = end === -1 ? null : text.slice(end + 1);
  return IMAGE_NAME.test(image) && (ruby === null || (IMAGE_PATH.test(ruby) && ruby.length > 1))
    ? { image, ruby }
    : null;
}

/** Makes the setting that distinguishes cells of different images: `app:1@0123456789ab`. */
export function imageSetting(image: string, digest: string): string {
  const hash = /[0-9a-f]{12,}$/.exec(digest)?.[0].slice(0, 12) ?? digest;
  return `${image.replace(/@.*$/, '')}@${hash}`;
}
