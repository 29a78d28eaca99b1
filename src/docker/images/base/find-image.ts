import type Docker from 'dockerode';
import { httpStatusOf } from '../../connection/engine-errors.ts';

/** An image of the engine. */
export interface LocalImage {
  readonly id: string;
  /** Repo digest, or the id where the image was built or imported here. */
  readonly digest: string;
  /** In Debian's words: `amd64`, `arm64`. */
  readonly arch: string;
  readonly labels: Readonly<Record<string, string>>;
}

/**
 * Looks for an image by name or id; null when it is not here.
 * @throws any other error of the engine
 */
export async function findImage(docker: Docker, reference: string): Promise<LocalImage | null> {
  try {
    const image = await docker.getImage(reference).inspect();
    const labels = image.Config?.Labels ?? {};
    const digest = digestOf(reference, image.RepoDigests ?? []) ?? image.Id;
    return { id: image.Id, digest, arch: image.Architecture, labels };
  } catch (error) {
    if (httpStatusOf(error) === 404) return null;
    throw error;
  }
}

/**
 * Chooses the digest of the requested place, or any: an image that was pushed to several places has one for
 * each.
 */
function digestOf(reference: string, digests: readonly string[]): string | undefined {
  const asked = repository(reference);
  return digests.find((digest) => repository(digest) === asked) ?? digests[0];
}

/**
 * Reads the repository of a reference without tag, digest and Docker's defaults: `ruby` of
 * `docker.io/library/ruby:2.3.6` and `ruby@sha256:…`.
 */
function repository(reference: string): string {
  return reference
    .replace(/@.*$/, '')
    .replace(/:[^:/]*$/, '')
    .replace(/^(index\.)?docker\.io\/(library\/)?/, '');
}
